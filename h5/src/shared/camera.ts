/** Reads QR codes from the camera or a photo; the decoder is loaded when first needed. */

const LOOK_EVERY_MS = 120;
const VIDEO_SIDE = 640;
const PHOTO_SIDE = 1600;

export async function startCamera(video: HTMLVideoElement): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function stopCamera(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

function pixels(source: CanvasImageSource, width: number, height: number, side: number): ImageData {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser cannot read pictures");
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function decode(image: ImageData, thorough: boolean): Promise<string | null> {
  const { default: jsQR } = await import("jsqr");
  const inversionAttempts = thorough ? "attemptBoth" : "dontInvert";
  return jsQR(image.data, image.width, image.height, { inversionAttempts })?.data || null;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** The first text that `accept` takes, or null once `signal` is aborted. */
export async function watchCamera(
  video: HTMLVideoElement,
  accept: (read: string) => string | null,
  signal: AbortSignal,
): Promise<string | null> {
  while (!signal.aborted) {
    if (video.videoWidth > 0) {
      const read = await decode(pixels(video, video.videoWidth, video.videoHeight, VIDEO_SIDE), false);
      const taken = read === null || signal.aborted ? null : accept(read);
      if (taken !== null) return taken;
    }
    await pause(LOOK_EVERY_MS);
  }
  return null;
}

export async function readPhoto(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  return decode(pixels(picture, picture.width, picture.height, PHOTO_SIDE), true);
}
