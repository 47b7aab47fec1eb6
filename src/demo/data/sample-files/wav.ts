/** Returns a WAV file with a square wave: one channel of 8-bit samples, 8,000 a second. */
export function createWav(milliseconds: number, toneHz: number): Uint8Array {
  const rate = 8000;
  const samples = (rate * milliseconds) / 1000;
  const file = Buffer.alloc(44 + samples);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate, 28); // bytes a second
  file.writeUInt16LE(1, 32); // bytes a sample
  file.writeUInt16LE(8, 34); // bits a sample
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples, 40);
  for (let index = 0; index < samples; index++) {
    file[44 + index] = Math.floor((index * 2 * toneHz) / rate) % 2 === 0 ? 148 : 108;
  }
  return file;
}
