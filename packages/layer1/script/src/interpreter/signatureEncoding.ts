import { decodeDerLax, isLowS } from '@ply/crypto'
import { SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_SINGLE } from '../sighash/sighashType.ts'
import {
  SCRIPT_VERIFY_DERSIG,
  SCRIPT_VERIFY_LOW_S,
  SCRIPT_VERIFY_STRICTENC,
  SCRIPT_VERIFY_WITNESS_PUBKEYTYPE,
} from './flags.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import type { SigVersion } from './sigVersion.ts'

/** True if a DER integer of `length` bytes at `at` is positive and has no needless padding. */
function isStrictInteger(bytes: Uint8Array, at: number, length: number): boolean {
  if (length === 0 || (bytes[at]! & 0x80) !== 0) return false
  return length === 1 || bytes[at] !== 0 || (bytes[at + 1]! & 0x80) !== 0
}

/**
 * BIP 66: `30 len 02 lenR R 02 lenS S hashType` and nothing else, R and S positive and without padding.
 * Consensus-critical since that fork.
 */
export function isStrictDerSignature(signature: Uint8Array): boolean {
  const { length } = signature
  if (length < 9 || length > 73 || signature[0] !== 0x30 || signature[1] !== length - 3) return false
  const lengthR = signature[3]!
  if (5 + lengthR >= length) return false
  const lengthS = signature[5 + lengthR]!
  if (lengthR + lengthS + 7 !== length || signature[2] !== 0x02 || signature[4 + lengthR] !== 0x02) return false
  return isStrictInteger(signature, 4, lengthR) && isStrictInteger(signature, 6 + lengthR, lengthS)
}

/** True if the last byte of a signature is a hash type that legacy and segwit v0 define. */
export function isDefinedHashType(signature: Uint8Array): boolean {
  if (signature.length === 0) return false
  const hashType = signature[signature.length - 1]! & ~SIGHASH_ANYONECANPAY
  return hashType >= SIGHASH_ALL && hashType <= SIGHASH_SINGLE
}

const STRICT_DER_FLAGS = SCRIPT_VERIFY_DERSIG | SCRIPT_VERIFY_LOW_S | SCRIPT_VERIFY_STRICTENC

/** The encoding rules for an ECDSA signature with its hash type byte. An empty one always passes: it means "no". */
export function checkSignatureEncoding(signature: Uint8Array, flags: number): ScriptErrorCode | undefined {
  if (signature.length === 0) return undefined
  if ((flags & STRICT_DER_FLAGS) !== 0 && !isStrictDerSignature(signature)) return 'SIG_DER'
  if ((flags & SCRIPT_VERIFY_LOW_S) !== 0) {
    const compact = decodeDerLax(signature.subarray(0, -1))
    // Values over the order come back as zeros, which are low: what verifies nothing is not called high.
    if (!compact || !isLowS(compact)) return 'SIG_HIGH_S'
  }
  if ((flags & SCRIPT_VERIFY_STRICTENC) !== 0 && !isDefinedHashType(signature)) return 'SIG_HASHTYPE'
  return undefined
}

const isCompressedKey = (key: Uint8Array): boolean => key.length === 33 && (key[0] === 0x02 || key[0] === 0x03)

const isUncompressedKey = (key: Uint8Array): boolean => key.length === 65 && key[0] === 0x04

/** The encoding rules for a public key before tapscript. */
export function checkPublicKeyEncoding(
  publicKey: Uint8Array,
  flags: number,
  sigVersion: SigVersion,
): ScriptErrorCode | undefined {
  if ((flags & SCRIPT_VERIFY_STRICTENC) !== 0 && !isCompressedKey(publicKey) && !isUncompressedKey(publicKey)) {
    return 'PUBKEYTYPE'
  }
  const needsCompressed = (flags & SCRIPT_VERIFY_WITNESS_PUBKEYTYPE) !== 0 && sigVersion === 'witness_v0'
  return needsCompressed && !isCompressedKey(publicKey) ? 'WITNESS_PUBKEYTYPE' : undefined
}

/** True if the first byte and the length agree, hybrid keys (06, 07) included: what consensus calls a public key. */
export function isPublicKeySize(key: Uint8Array): boolean {
  const prefix = key[0]
  if (prefix === 0x02 || prefix === 0x03) return key.length === 33
  return (prefix === 0x04 || prefix === 0x06 || prefix === 0x07) && key.length === 65
}
