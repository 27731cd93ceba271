/**
 * What every socket of the process reads into. One is enough: a read is decoded, and copied where its last frame is not
 * complete, before the next one begins.
 */
export const READ_BUFFER = Buffer.allocUnsafeSlow(128 * 1024);
