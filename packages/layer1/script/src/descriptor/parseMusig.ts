import { HARDENED } from '@ply/crypto'
import { functionBody, refuse, splitList, within } from './expression.ts'
import { countKeys, isRangedKey, type MusigExpression } from './keyExpression.ts'
import { countPaths, parseKeyPath } from './keyPath.ts'
import { type KeyParser, parsePlainKey, takeWildcard } from './parsePlainKey.ts'

/** The path behind `musig(…)` (BIP 328): no hardened steps, there is no secret key to derive them with. */
function parseDerivation(text: string): Pick<MusigExpression, 'path' | 'wildcard'> {
  const { wildcard, rest } = takeWildcard(text.slice(1).split('/'))
  if (wildcard === 'hardened') return refuse('Cannot have hardened child derivation')
  const { steps } = parseKeyPath(rest, true)
  if (steps.flat().some((index) => index >= HARDENED)) refuse('cannot have hardened derivation steps')
  return { path: steps, wildcard }
}

/** `musig(KEY,…)` with an optional path (BIP 390). */
export function parseMusig(text: string, parser: KeyParser): MusigExpression {
  if (parser.context !== 'tr') refuse('musig() is only allowed in tr() and rawtr()')
  const [list = '', behind, ...more] = text.split(')')
  if (more.length > 0) refuse("Too many ')' in musig() expression")
  const body = behind === undefined ? undefined : functionBody(`${list})`, 'musig')
  if (body === undefined || behind === undefined) return refuse('Invalid musig() expression')
  return within('musig()', () => {
    const inner: KeyParser = { ...parser, context: 'musig' }
    const participants = splitList(body === '' ? '' : `,${body}`).map((item) => parsePlainKey(item, inner))
    if (participants.length === 0) refuse('Must contain key expressions')
    const counts = new Set(participants.map(countKeys).filter((count) => count > 1))
    if (counts.size > 1) refuse('Multipath derivation paths have mismatched lengths')
    if (!behind.startsWith('/')) return { kind: 'musig', participants, path: [], wildcard: 'none' }

    if (participants.some((key) => key.kind !== 'extended')) {
      refuse('derivation requires all participants to be xpubs or xprvs')
    }
    if (participants.some(isRangedKey)) refuse('Cannot have ranged participant keys if musig() also has derivation')
    const derivation = parseDerivation(behind)
    if (countPaths(derivation.path) > 1 && counts.size > 0) {
      refuse('Cannot have multipath participant keys if musig() is also multipath')
    }
    return { kind: 'musig', participants, ...derivation }
  })
}
