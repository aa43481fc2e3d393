/** Heard and felt without looking: one high note for yes, two low ones for no. */

let context: AudioContext | null = null;

function note(frequency: number, from: number, seconds: number): void {
  context ??= new AudioContext();
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = frequency;
  oscillator.type = "square";
  gain.gain.value = 0.15;
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(context.currentTime + from);
  oscillator.stop(context.currentTime + from + seconds);
}

function play(notes: [number, number, number][], pattern: number[]): void {
  navigator.vibrate?.(pattern);
  try {
    notes.forEach((one) => note(...one));
  } catch {
    // A browser without sound still vibrates and shows the colour.
  }
}

export const sayYes = (): void => play([[1320, 0, 0.08]], [40]);
export const sayNo = (): void => play([[220, 0, 0.18], [180, 0.22, 0.25]], [120, 60, 120]);
