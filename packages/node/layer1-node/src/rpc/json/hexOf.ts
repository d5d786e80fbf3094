import { bytesToHex } from '@ply/bytes'

/** Bytes from which on Node's own code is faster, however it is called. */
const LONG = 48

/** Lower-case hexadecimal text: as `bytesToHex`, for answers full of scripts and transactions. */
export const hexOf = (bytes: Uint8Array): string =>
  bytes.length < LONG ? bytesToHex(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
