import type { KeyExpression } from './keyExpression.ts'
import { parseMusig } from './parseMusig.ts'
import { type KeyParser, parsePlainKey } from './parsePlainKey.ts'

/** A KEY expression (BIP 380, 389, 390). */
export function parseKey(text: string, parser: KeyParser): KeyExpression {
  return text.startsWith('musig(') ? parseMusig(text, parser) : parsePlainKey(text, parser)
}
