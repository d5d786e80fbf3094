import { ByteWriter, concatBytes, equalBytes, err, ok, type Result, utf8ToBytes } from '@ply/bytes'
import { ecdsaRecover, ecdsaSignRecoverable, hash160, hash256 } from '@ply/crypto'
import { classifyOutput } from '@ply/script'
import { decodeBase64, encodeBase64 } from '../psbt/base64.ts'

const MAGIC = utf8ToBytes('Bitcoin Signed Message:\n')
/** The header byte counts from here: 0–3 says which key to recover, 4 is added for a compressed one. */
const HEADER_BASE = 27
const HEADER_COMPRESSED = 4

/** Why Bitcoin Core's `verifymessage` refuses; the RPC errors are the first two, the others answer false. */
export type LegacyMessageViolation =
  'address-no-key' | 'malformed-signature' | 'public-key-not-recovered' | 'message-not-signed'

/** What a message is tried against. */
export interface MessageToVerify {
  /** The scriptPubKey of the address. */
  readonly scriptPubKey: Uint8Array
  readonly message: string
  readonly signature: string
}

/** The double SHA256 that `signmessage` signs. */
export function computeLegacyMessageHash(message: string): Uint8Array {
  return hash256(new ByteWriter().varBytes(MAGIC).varBytes(utf8ToBytes(message)).finish())
}

/**
 * Bitcoin Core's `signmessage`: a recoverable signature in base64, for the P2PKH address of the key. Undefined for a
 * secret key out of range.
 */
export function signLegacyMessage(secretKey: Uint8Array, message: string, compressed = true): string | undefined {
  const signed = ecdsaSignRecoverable(computeLegacyMessageHash(message), secretKey)
  if (!signed) return undefined
  const header = HEADER_BASE + signed.recoveryId + (compressed ? HEADER_COMPRESSED : 0)
  return encodeBase64(concatBytes(Uint8Array.of(header), signed.signature))
}

/** Bitcoin Core's `verifymessage`, for P2PKH alone. */
export function verifyLegacyMessage(request: MessageToVerify): Result<void, LegacyMessageViolation> {
  const output = classifyOutput(request.scriptPubKey)
  if (output.type !== 'pubkeyhash') return err('address-no-key')
  const decoded = decodeBase64(request.signature)
  if (!decoded.ok) return err('malformed-signature')
  const [header] = decoded.value
  if (header === undefined || decoded.value.length !== 65) return err('public-key-not-recovered')
  // As Bitcoin Core does, only the lowest three bits count.
  const flags = (header - HEADER_BASE) & 7
  const compressed = (flags & HEADER_COMPRESSED) !== 0
  const hash = computeLegacyMessageHash(request.message)
  const publicKey = ecdsaRecover(hash, decoded.value.subarray(1), flags & 3, compressed)
  if (!publicKey) return err('public-key-not-recovered')
  return equalBytes(hash160(publicKey), output.hash) ? ok(undefined) : err('message-not-signed')
}
