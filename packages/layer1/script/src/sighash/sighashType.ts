/** Which parts of the transaction a signature covers. In taproot a missing byte means {@link SIGHASH_DEFAULT}. */
export const SIGHASH_DEFAULT = 0x00
export const SIGHASH_ALL = 0x01
export const SIGHASH_NONE = 0x02
export const SIGHASH_SINGLE = 0x03
/** May be added to any of the others: covers its own input only. */
export const SIGHASH_ANYONECANPAY = 0x80
/** The bits that legacy and segwit v0 look at for the outputs. */
export const SIGHASH_OUTPUT_MASK = 0x1f

const NAMES: ReadonlyMap<number, string> = new Map([
  [SIGHASH_ALL, 'ALL'],
  [SIGHASH_ALL | SIGHASH_ANYONECANPAY, 'ALL|ANYONECANPAY'],
  [SIGHASH_NONE, 'NONE'],
  [SIGHASH_NONE | SIGHASH_ANYONECANPAY, 'NONE|ANYONECANPAY'],
  [SIGHASH_SINGLE, 'SINGLE'],
  [SIGHASH_SINGLE | SIGHASH_ANYONECANPAY, 'SINGLE|ANYONECANPAY'],
])

/** `ALL|ANYONECANPAY` and the like; undefined for an undefined type. */
export const sighashTypeName = (hashType: number): string | undefined => NAMES.get(hashType)
