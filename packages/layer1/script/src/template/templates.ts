import { assert } from '@ply/bytes'
import { hash160, sha256 } from '@ply/crypto'
import { createScript } from '../encoding/script.ts'
import { MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import {
  OP_0,
  OP_1,
  OP_CHECKMULTISIG,
  OP_CHECKSIG,
  OP_DUP,
  OP_EQUAL,
  OP_EQUALVERIFY,
  OP_HASH160,
  OP_RETURN,
} from '../opcode/opcodes.ts'

/** Pays to a public key itself. */
export const createP2pk = (publicKey: Uint8Array): Uint8Array => createScript([publicKey, OP_CHECKSIG])

/** Pays to the HASH160 of a public key. */
export function createP2pkh(keyHash: Uint8Array): Uint8Array {
  if (keyHash.length !== 20) return createScript([OP_DUP, OP_HASH160, keyHash, OP_EQUALVERIFY, OP_CHECKSIG])
  // Every spend of a P2WPKH output makes one: written out, it takes a tenth of the time.
  const script = new Uint8Array(25)
  script[0] = OP_DUP
  script[1] = OP_HASH160
  script[2] = 20
  script.set(keyHash, 3)
  script[23] = OP_EQUALVERIFY
  script[24] = OP_CHECKSIG
  return script
}

/** BIP 16: pays to the HASH160 of `redeemScript`. */
export const createP2sh = (redeemScript: Uint8Array): Uint8Array =>
  createScript([OP_HASH160, hash160(redeemScript), OP_EQUAL])

/** BIP 141: pays to the HASH160 of a compressed public key. */
export const createP2wpkh = (keyHash: Uint8Array): Uint8Array => createScript([OP_0, keyHash])

/** BIP 141: pays to the SHA256 of `witnessScript`. */
export const createP2wsh = (witnessScript: Uint8Array): Uint8Array => createScript([OP_0, sha256(witnessScript)])

/** BIP 341: pays to an output key (x-only, already tweaked). */
export const createP2tr = (outputKey: Uint8Array): Uint8Array => createScript([OP_1, outputKey])

/** m-of-n in the order given (BIP 67 sorts keys first). */
export function createMultisig(required: number, publicKeys: readonly Uint8Array[]): Uint8Array {
  const total = publicKeys.length
  assert(required >= 1 && required <= total && total <= MAX_PUBKEYS_PER_MULTISIG, 'multisig out of range')
  return createScript([BigInt(required), ...publicKeys, BigInt(total), OP_CHECKMULTISIG])
}

/** An unspendable output that carries data, one push for each. */
export const createNullData = (...data: readonly Uint8Array[]): Uint8Array => createScript([OP_RETURN, ...data])

/** Pay to anchor. */
export const createP2a = (): Uint8Array => createScript([OP_1, Uint8Array.of(0x4e, 0x73)])
