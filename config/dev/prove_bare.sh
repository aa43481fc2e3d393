#!/usr/bin/env bash
# Proof of the two commands on a machine that has nothing: a fresh debootstrap chroot, as root.
#
#   sudo config/dev/prove_bare.sh FOLDER [run|test|ci]...      (without a word: run, then ci)
#
# FOLDER/base is a minimal Debian 12, made once; FOLDER/root is a fresh copy of it with this checkout in /srv/malu,
# without git. "run" starts the demo, scans its first code, ends it with Ctrl-C, looks for leftovers, starts it again,
# kills it with -9 and starts it once more. Needs debootstrap, curl, util-linux, about 4 GB, and the network.
# The chroot gets the machine's apt sources, name server and certificate authorities, and nothing else of it.
set -euo pipefail

folder=${1:?usage: prove_bare.sh FOLDER [run|test|ci]...}
shift
[ $# -gt 0 ] || set -- run ci
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=$folder/base root=$folder/root log=$folder/run.log
export MALU_PORT=${MALU_PORT:-18000}
certificates=/etc/ssl/certs/ca-certificates.crt

tell() { printf '== %s\n' "$*"; }
fail() { tell "FAILED: $*"; exit 1; }

make_base() {
  [ -e "$base/etc/debian_version" ] && return
  tell "debootstrap"
  debootstrap --variant=minbase bookworm "$base" >"$folder/debootstrap.log" 2>&1 || fail "see $folder/debootstrap.log"
}

make_root() {
  tell "a fresh root with the checkout in it"
  [ ! -e "$root" ] || rm -rf --one-file-system "$root"
  cp -a "$base" "$root"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  if [ -e /etc/apt/sources.list.d/debian.sources ]; then
    rm -f "$root/etc/apt/sources.list"
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
  fi
  mkdir -p "$root/usr/local/share/ca-certificates" "$root/srv/malu"
  cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
  (cd "$checkout" && git ls-files -co --exclude-standard -z | while IFS= read -r -d '' file; do
    [ -e "$file" ] && printf '%s\0' "$file"
  done | tar --null -T - -c) | tar -x -C "$root/srv/malu"
}

# A process tree of its own: what is left when its first process ends is killed by the kernel, and can be counted.
inside() {
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child bash -c '
    mount -t proc proc "$1/proc"; mount -t tmpfs -o mode=1777 shm "$1/dev/shm"; shift
    exec env -i "$@"' inside "$root" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    MALU_PORT="$MALU_PORT" SSL_CERT_FILE=$certificates PIP_CERT=$certificates NODE_EXTRA_CA_CERTS=$certificates \
    chroot "$root" "$@" </dev/null
}

# The whole story of "run" within one process tree; its first argument is the port.
story='
cd /srv/malu
tell() { printf "== %s\n" "$*"; }
fail() { tell "FAILED: $*"; cat run.out; for log in var/log/*.log; do echo "-- $log"; tail -n 20 "$log"; done; exit 1; }
now() { read -r up _ </proc/uptime; echo "${up%.*}"; }
begin() {
  started=$(now)
  : >run.out
  ./malu run >>run.out 2>&1 & pid=$!
  until grep -q "Ctrl-C ends" run.out; do
    kill -0 $pid 2>/dev/null || fail "./malu run ended by itself"
    [ $(($(now) - started)) -lt 900 ] || fail "./malu run takes more than 15 minutes"
    sleep 0.2
  done
  tell "$1: up after $(($(now) - started)) s"
}
left() {
  for entry in /proc/[0-9]*; do
    number=${entry#/proc/}
    words=$(tr "\0" " " <"$entry/cmdline" 2>/dev/null || :)
    case $number in 1 | $$) continue ;; esac
    case $words in "bash -c"*) continue ;; esac # this story
    case $words in *postgres* | *valkey* | *gunicorn* | *malu* | *sandbox*) echo "$number $words" ;; esac
  done
}
scan() {
  url=$(grep -o "https*://127[^ ]*/[sS]/[^ ]*" run.out | head -n 1)
  .venv/bin/python -c "import sys, urllib.request as u; r = u.urlopen(sys.argv[1]); print(r.status, len(r.read()), sys.argv[1])" "$url" ||
    fail "the code cannot be opened"
}
begin "first run"
cat run.out
scan
kill -INT $pid; wait $pid || :
[ -z "$(left)" ] || fail "left running after Ctrl-C: $(left)"
tell "Ctrl-C left nothing running"
begin "second run"
scan
kill -9 $pid; wait $pid 2>/dev/null || :
begin "run after kill -9"
scan
kill -TERM $pid; wait $pid || :
[ -z "$(left)" ] || fail "left running after SIGTERM: $(left)"
tell "SIGTERM left nothing running"
'

mkdir -p "$folder"
make_base
make_root
for proof in "$@"; do
  started=$SECONDS
  case $proof in
    run) inside bash -c "$story" | tee "$log"; [ "${PIPESTATUS[0]}" = 0 ] || fail "./malu run" ;;
    test) inside bash -c 'cd /srv/malu && ./malu test' || fail "./malu test" ;;
    ci) inside bash -c 'cd /srv/malu && .ci/run' || fail ".ci/run" ;;
    *) fail "no proof named $proof" ;;
  esac
  tell "$proof passed in $((SECONDS - started)) s"
done
