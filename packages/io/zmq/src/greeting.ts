import { ByteWriter, type DecodeError, equalBytes, utf8ToBytes } from '@ply/bytes'

/** Bytes of a ZMTP 3 greeting. */
export const GREETING_SIZE = 64

const MECHANISM = paddedMechanism('NULL')
const MAJOR = 3
/** 3.0: subscriptions come as messages that begin with 1 or 0. */
const MINOR = 0

function paddedMechanism(name: string): Uint8Array {
  const padded = new Uint8Array(20)
  padded.set(utf8ToBytes(name))
  return padded
}

/** What either side sends first: signature, version, mechanism NULL (RFC 23, "greeting"). */
export function encodeGreeting(): Uint8Array {
  const signature = new ByteWriter(10).u8(0xff).bytes(new Uint8Array(8)).u8(0x7f).finish()
  return new ByteWriter(GREETING_SIZE)
    .bytes(signature)
    .u8(MAJOR)
    .u8(MINOR)
    .bytes(MECHANISM)
    .u8(0)
    .bytes(new Uint8Array(31))
    .finish()
}

/** Why a greeting cannot be answered; undefined if it can. */
export function refuseGreeting(bytes: Uint8Array): DecodeError['code'] | undefined {
  if (bytes[0] !== 0xff || bytes[9] !== 0x7f) return 'bad-signature'
  if (bytes[10]! < MAJOR) return 'old-version'
  return equalBytes(bytes.subarray(12, 32), MECHANISM) ? undefined : 'unknown-mechanism'
}
