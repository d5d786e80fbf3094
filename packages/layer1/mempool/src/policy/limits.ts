import { MAX_BLOCK_SIGOPS_COST } from '@ply/consensus'

// Bitcoin Core's relay policy (policy.h), by its names.

export const MIN_STANDARD_TX_VERSION = 1
export const MAX_STANDARD_TX_VERSION = 3
export const MAX_STANDARD_TX_WEIGHT = 400_000
/** One more than 64, the length that could pass for an inner node of the merkle tree (CVE-2017-12842). */
export const MIN_STANDARD_TX_NONWITNESS_SIZE = 65
export const MAX_STANDARD_SCRIPTSIG_SIZE = 1650
export const MAX_P2SH_SIGOPS = 15
export const MAX_STANDARD_TX_SIGOPS_COST = MAX_BLOCK_SIGOPS_COST / 5
/** BIP 54: signature operations outside the witness that a transaction may run. */
export const MAX_TX_LEGACY_SIGOPS = 2500
/** Each unit of sigop cost counts as at least this much weight. */
export const BYTES_PER_SIGOP = 20
export const MAX_STANDARD_P2WSH_SCRIPT_SIZE = 3600
export const MAX_STANDARD_P2WSH_STACK_ITEMS = 100
export const MAX_STANDARD_P2WSH_STACK_ITEM_SIZE = 80
export const MAX_STANDARD_TAPSCRIPT_STACK_ITEM_SIZE = 80
export const MAX_DUST_OUTPUTS_PER_TX = 1

/** Distinct clusters that one replacement may touch. */
export const MAX_REPLACEMENT_CANDIDATES = 100

/** BIP 431: transactions of version 3 stand alone or in pairs, so that replacing them stays cheap. */
export const TRUC_VERSION = 3
export const TRUC_MAX_VSIZE = 10_000
export const TRUC_CHILD_MAX_VSIZE = 1000
