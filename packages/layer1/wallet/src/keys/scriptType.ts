/**
 * The kinds of output that the wallet makes: BIP 84 native segwit, BIP 86 taproot key path, BIP 49 segwit nested in
 * P2SH, BIP 44 legacy.
 */
export type ScriptType = 'p2wpkh' | 'p2tr' | 'p2sh-p2wpkh' | 'p2pkh'

export const SCRIPT_TYPES: readonly ScriptType[] = ['p2wpkh', 'p2tr', 'p2sh-p2wpkh', 'p2pkh']

/** The kinds whose inputs nobody can malleate without a scriptSig: what a wallet has if it is not told otherwise. */
export const NATIVE_SCRIPT_TYPES: readonly ScriptType[] = ['p2wpkh', 'p2tr']

/** BIP 44 chain below an account: 0 for addresses given to others, 1 for the wallet's own change. */
export type Chain = 0 | 1

export const RECEIVE: Chain = 0
export const CHANGE: Chain = 1

/** Which of the wallet's keys: `m/purpose'/coin'/account'/chain/index`. */
export interface KeyPath {
  readonly type: ScriptType
  readonly chain: Chain
  readonly index: number
}

/** BIP 43 purpose: the first, hardened step of the path. */
export const PURPOSES: Readonly<Record<ScriptType, number>> = {
  p2wpkh: 84,
  p2tr: 86,
  'p2sh-p2wpkh': 49,
  p2pkh: 44,
}
