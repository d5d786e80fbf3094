import { createHash } from 'node:crypto'
import { encodeBase32 } from '@ply/bytes'

/** Bytes of a destination before its certificate, and where the length of that one stands: two bytes, big-endian. */
const BASE_LENGTH = 387
const CERTIFICATE_LENGTH_AT = 385

/** I2P has - and ~ where others have + and /. */
export function decodeI2pBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9~-]+={0,2}$/.test(text)) throw new Error(`Cannot decode Base64: "${text}"`)
  return new Uint8Array(Buffer.from(text.replaceAll('-', '+').replaceAll('~', '/'), 'base64'))
}

export const encodeI2pBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '~')

/** The destination that a private key of I2P begins with. Throws where it is too short for one. */
export function destinationOf(privateKey: Uint8Array): Uint8Array {
  if (privateKey.length < BASE_LENGTH) {
    throw new Error(`The private key is too short (${privateKey.length} < ${BASE_LENGTH})`)
  }
  const certificate = (privateKey[CERTIFICATE_LENGTH_AT]! << 8) | privateKey[CERTIFICATE_LENGTH_AT + 1]!
  const length = BASE_LENGTH + certificate
  if (length > privateKey.length) {
    throw new Error(
      `Certificate length (${certificate}) designates that the private key should be ${length} bytes, but it is only ${privateKey.length} bytes`,
    )
  }
  return privateKey.subarray(0, length)
}

/** `….b32.i2p:0` of a destination: the hash of it. I2P knows no ports. */
export const addressOf = (destination: Uint8Array): string =>
  `${encodeBase32(new Uint8Array(createHash('sha256').update(destination).digest()))}.b32.i2p:0`
