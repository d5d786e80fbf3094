/** BIP 141: the most that a block may weigh. */
export const MAX_BLOCK_WEIGHT = 4_000_000
/** BIP 141: the most signature operations of a block, in units of cost (a legacy one costs four). */
export const MAX_BLOCK_SIGOPS_COST = 80_000
/** Blocks that must lie on top of a coinbase before its outputs may be spent. */
export const COINBASE_MATURITY = 100
/** Seconds that a block's time may be ahead of ours. */
export const MAX_FUTURE_BLOCK_TIME = 2 * 60 * 60
/** BIP 94: seconds that the first block of a difficulty period may lie before its parent. */
export const MAX_TIMEWARP = 600
