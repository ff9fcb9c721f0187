/** The part of the Shape Detection API that is used; TypeScript's libraries do not know it yet. */
interface BarcodeDetector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface BarcodeDetectorClass {
  new (options: { formats: readonly string[] }): BarcodeDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}
const detectorClass = (globalThis as { BarcodeDetector?: BarcodeDetectorClass }).BarcodeDetector;

/** Four times a second is as fast as a hand can aim, and leaves a cheap phone cool. */
const lookEveryMs = 250;

/** Whether this browser reads QR codes itself; only then is it worth asking for the camera. */
export async function canReadCodes(): Promise<boolean> {
  if (detectorClass === undefined || !('mediaDevices' in navigator)) return false;
  return (await detectorClass.getSupportedFormats()).includes('qr_code');
}

/**
 * Looks through the camera until a QR code is seen.
 * @param onCode  called with what each code says, again and again while it is in view
 * @returns stop
 * @throws {DOMException} when there is no camera or it may not be used
 */
export async function lookForCodes(
  video: HTMLVideoElement,
  onCode: (text: string) => void,
): Promise<() => void> {
  if (detectorClass === undefined) throw new DOMException('no barcode detector', 'NotSupportedError');
  const detector = new detectorClass({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  await video.play();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    // A frame that cannot be read is like one without a code.
    const found = await detector.detect(video).catch(() => []);
    if (stopped) return;
    for (const { rawValue } of found) onCode(rawValue);
    timer = setTimeout(() => void look(), lookEveryMs);
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
