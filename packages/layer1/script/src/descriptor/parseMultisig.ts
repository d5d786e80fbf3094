import { MAX_PUBKEYS_PER_MULTI_A, MAX_PUBKEYS_PER_MULTISIG, MAX_SCRIPT_ELEMENT_SIZE } from '../limits.ts'
import type { MultisigExpression } from './descriptor.ts'
import { parseUint32, refuse, splitList, takeExpression, within } from './expression.ts'
import { countKeys, type KeyExpression } from './keyExpression.ts'
import { parseKey } from './parseKey.ts'
import type { KeyParser } from './parsePlainKey.ts'

/** Bitcoin Core's policy for multisig outputs without a script hash. */
const MAX_BARE_MULTISIG_KEYS = 3

const keySize = (key: KeyExpression): number => (key.kind === 'single' ? key.publicKey.length : 33)

/** Violation where multipath keys stand for different numbers of keys (BIP 389). */
export function checkMultipathLengths(keys: readonly KeyExpression[], message: string): void {
  if (new Set(keys.map(countKeys).filter((count) => count > 1)).size > 1) refuse(message)
}

/** `NUM,KEY,…` of a multisig function (BIP 383, 387). */
export function parseMultisig<T extends 'multi' | 'sortedmulti' | 'multi_a' | 'sortedmulti_a'>(
  type: T,
  body: string,
  parser: KeyParser,
): MultisigExpression<T> {
  const [number, rest] = takeExpression(body)
  const threshold = parseUint32(number)
  if (threshold === undefined) return refuse(`Multi threshold '${number}' is not valid`)
  const items = within('Multi', () => splitList(rest))
  const total = items.length
  const tapscript = type === 'multi_a' || type === 'sortedmulti_a'
  const most = tapscript ? MAX_PUBKEYS_PER_MULTI_A : MAX_PUBKEYS_PER_MULTISIG
  if (total < 1 || total > most) {
    const where = tapscript ? 'multi_a' : 'multisig'
    refuse(`Cannot have ${total} keys in ${where}; must have between 1 and ${most} keys, inclusive`)
  }
  const keys = within('Multi', () => items.map((item) => parseKey(item, parser)))
  if (threshold < 1) refuse(`Multisig threshold cannot be ${threshold}, must be at least 1`)
  if (threshold > total) {
    refuse(
      'Multisig threshold cannot be larger than the number of keys; ' +
        `threshold is ${threshold} but only ${total} keys specified`,
    )
  }
  if (parser.context === 'top' && total > MAX_BARE_MULTISIG_KEYS) {
    refuse(`Cannot have ${total} pubkeys in bare multisig; only at most ${MAX_BARE_MULTISIG_KEYS} pubkeys`)
  }
  // BIP 16: a redeem script is one stack item.
  const size = keys.reduce((sum, key) => sum + 1 + keySize(key), 3)
  if (parser.context === 'sh' && size > MAX_SCRIPT_ELEMENT_SIZE) {
    refuse(`P2SH script is too large, ${size} bytes is larger than ${MAX_SCRIPT_ELEMENT_SIZE} bytes`)
  }
  checkMultipathLengths(keys, 'multi(): Multipath derivation paths have mismatched lengths')
  return { type, threshold, keys }
}
