import { SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_DEFAULT, SIGHASH_NONE, SIGHASH_SINGLE } from '@ply/script'
import { invalidParameter } from '../walletError.ts'

const TYPES: Readonly<Record<string, number>> = {
  DEFAULT: SIGHASH_DEFAULT,
  ALL: SIGHASH_ALL,
  'ALL|ANYONECANPAY': SIGHASH_ALL | SIGHASH_ANYONECANPAY,
  NONE: SIGHASH_NONE,
  'NONE|ANYONECANPAY': SIGHASH_NONE | SIGHASH_ANYONECANPAY,
  SINGLE: SIGHASH_SINGLE,
  'SINGLE|ANYONECANPAY': SIGHASH_SINGLE | SIGHASH_ANYONECANPAY,
}

/** A sighash type by its name; error -8. */
export function parseSighashType(text: string): number {
  const type = TYPES[text]
  if (type === undefined) throw invalidParameter(`'${text}' is not a valid sighash parameter.`)
  return type
}
