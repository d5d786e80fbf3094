import type { Entropy } from '@ply/ports'
import type { SecretKeys } from '../keys/secretKeys.ts'
import type { WalletState } from '../state/walletState.ts'
import { psbtInputKeys } from './keyOrigins.ts'
import { type Psbt, psbtPrevout } from './psbt.ts'
import { type PsbtSignError, signPsbtInput } from './signPsbt.ts'

/** What a wallet signed of a PSBT. */
export interface SignedPsbt {
  readonly psbt: Psbt
  /** How many inputs have a new signature. */
  readonly signed: number
  /** Inputs of the wallet that were not signed, and why. */
  readonly refused: ReadonlyMap<number, PsbtSignError>
}

/** The wallet's secret keys for an input: that of its own coin, and those that the map names by their origin. */
function secretsOf(psbt: Psbt, index: number, state: WalletState, keys: SecretKeys): readonly Uint8Array[] {
  const output = psbtPrevout(psbt, index)
  const own = output && state.addresses.find(output.scriptPubKey)
  if (own) return [keys.secretKey(own)]
  return psbtInputKeys(psbt.inputs[index]!)
    .map(({ publicKey, origin }) => keys.secretKeyAt(origin, publicKey))
    .filter((secret) => secret !== undefined)
}

/**
 * Signs every input that spends a coin of the wallet, or names one of its keys as that of a script with others (a
 * multisig, BIP 174); what cannot be signed is left as it is.
 */
export function signPsbt(
  psbt: Psbt,
  { state, keys, entropy }: { readonly state: WalletState; readonly keys: SecretKeys; readonly entropy: Entropy },
): SignedPsbt {
  const refused = new Map<number, PsbtSignError>()
  let current = psbt
  let signed = 0
  for (const index of psbt.inputs.keys()) {
    let added = false
    for (const secretKey of secretsOf(psbt, index, state, keys)) {
      const result = signPsbtInput(current, index, { secretKey, entropy })
      if (result.ok) {
        added ||= result.value !== current
        current = result.value
      } else {
        refused.set(index, result.error)
      }
    }
    if (added) signed++
  }
  return { psbt: current, signed, refused }
}
