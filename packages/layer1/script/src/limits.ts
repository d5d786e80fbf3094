/** Longest value on the stack, in bytes. */
export const MAX_SCRIPT_ELEMENT_SIZE = 520
/** Counted opcodes (above OP_16, and the keys of multisigs) in a script before tapscript. */
export const MAX_OPS_PER_SCRIPT = 201
export const MAX_PUBKEYS_PER_MULTISIG = 20
/** BIP 387: more keys than a stack can have signatures for. */
export const MAX_PUBKEYS_PER_MULTI_A = 999
/** Longest script before tapscript, in bytes. */
export const MAX_SCRIPT_SIZE = 10_000
/** Most values on stack and alternative stack together. */
export const MAX_STACK_SIZE = 1000
/** A lock time below this is a block height, from here on a Unix time. */
export const LOCKTIME_THRESHOLD = 500_000_000
/** BIP 68: the input's sequence does not lock. */
export const SEQUENCE_LOCKTIME_DISABLE_FLAG = 0x80000000
/** BIP 68: units of 512 seconds instead of blocks. */
export const SEQUENCE_LOCKTIME_TYPE_FLAG = 0x00400000
/** BIP 68: the bits that hold the lock. */
export const SEQUENCE_LOCKTIME_MASK = 0x0000ffff
/** BIP 341: first byte of an annex. */
export const ANNEX_TAG = 0x50
/** BIP 342: weight that each passed signature check uses up, and the weight granted beside the witness. */
export const VALIDATION_WEIGHT_PER_SIGOP_PASSED = 50
export const VALIDATION_WEIGHT_OFFSET = 50
