/** Under which rules a script runs: before segwit, BIP 141 version 0, or BIP 342. */
export type SigVersion = 'base' | 'witness_v0' | 'tapscript'
