import { assert, equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import {
  classifyOutput,
  computeTaprootOutputKey,
  createP2pkh,
  createP2wpkh,
  createScript,
  SighashCache,
} from '@ply/script'
import { signLegacy, signP2wpkh, type SignRequest, signTaprootKeyPath } from '../sign/signInput.ts'
import { encodeMessageSignature } from './messageSignature.ts'
import { createToSign, createToSpend } from './virtualTransactions.ts'

export interface MessageToSign {
  /** The scriptPubKey of the address that signs. */
  readonly scriptPubKey: Uint8Array
  readonly message: string
  /** 32 bytes; for P2TR the internal key, whose output key commits to no script (BIP 86). */
  readonly secretKey: Uint8Array
  /** 32 bytes of auxiliary randomness for a Schnorr signature. */
  readonly entropy: Entropy
}

export type MessageSigningViolation =
  | 'secret-key-out-of-range'
  /** The address does not belong to the key. */
  | 'key-not-in-script'
  /** Other scripts are signed as a PSBT. */
  | 'script-not-supported'

/** What satisfies to_sign's input. */
interface Satisfaction {
  readonly scriptSig?: Uint8Array
  readonly witness?: readonly Uint8Array[]
}

function satisfy(
  request: SignRequest,
  { scriptPubKey, entropy }: MessageToSign,
  publicKey: Uint8Array,
): Result<Satisfaction, MessageSigningViolation> {
  const output = classifyOutput(scriptPubKey)
  const keyHash = hash160(publicKey)
  switch (output.type) {
    case 'witness_v0_keyhash':
      if (!equalBytes(output.program, keyHash)) return err('key-not-in-script')
      return ok({ witness: signP2wpkh(request, publicKey) })
    case 'witness_v1_taproot': {
      const outputKey = computeTaprootOutputKey(publicKey.subarray(1))
      if (!outputKey || !equalBytes(outputKey.publicKey, output.program)) return err('key-not-in-script')
      const signature = signTaprootKeyPath(request, { auxRand: entropy.bytes(32) })
      assert(signature !== undefined, 'the default sighash type can always be signed')
      return ok({ witness: [signature] })
    }
    case 'pubkeyhash':
      if (!equalBytes(output.hash, keyHash)) return err('key-not-in-script')
      return ok({ scriptSig: createScript([signLegacy(request, createP2pkh(keyHash)), publicKey]) })
    case 'scripthash': {
      const redeemScript = createP2wpkh(keyHash)
      if (!equalBytes(hash160(redeemScript), output.hash)) return err('key-not-in-script')
      return ok({ scriptSig: createScript([redeemScript]), witness: signP2wpkh(request, publicKey) })
    }
    case 'pubkey':
    case 'multisig':
    case 'nulldata':
    case 'anchor':
    case 'nonstandard':
    case 'witness_v0_scripthash':
    case 'witness_unknown':
      return err('script-not-supported')
  }
}

/**
 * BIP 322: proves that the key of an address signed the message. P2WPKH and P2TR (key path) in the simple format,
 * P2PKH and P2SH-P2WPKH in the full one.
 */
export function signMessage(request: MessageToSign): Result<string, MessageSigningViolation> {
  const { scriptPubKey, message, secretKey } = request
  const publicKey = publicKeyFromSecret(secretKey)
  if (!publicKey) return err('secret-key-out-of-range')
  const toSpend = createToSpend(scriptPubKey, message)
  const unsigned = createToSign(toSpend)
  const cache = new SighashCache(unsigned, toSpend.outputs)
  const satisfaction = satisfy({ cache, inputIndex: 0, secretKey }, request, publicKey)
  if (!satisfaction.ok) return satisfaction
  const { scriptSig, witness = [] } = satisfaction.value
  if (!scriptSig) return ok(encodeMessageSignature({ format: 'simple', witness }))
  const toSign = { ...unsigned, inputs: unsigned.inputs.map((input) => ({ ...input, scriptSig, witness })) }
  return ok(encodeMessageSignature({ format: 'full', toSign }))
}
