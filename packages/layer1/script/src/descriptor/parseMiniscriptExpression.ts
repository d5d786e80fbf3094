import { bytesToHex } from '@ply/bytes'
import { formatMiniscript } from '../miniscript/formatMiniscript.ts'
import { explainInsanity } from '../miniscript/insanity.ts'
import { parseMiniscript } from '../miniscript/parseMiniscript.ts'
import { deriveKey } from './deriveKey.ts'
import type { MiniscriptExpression } from './descriptor.ts'
import { refuse } from './expression.ts'
import { formatKey } from './formatDescriptor.ts'
import { chooseKey, type KeyExpression } from './keyExpression.ts'
import { parseKey } from './parseKey.ts'
import type { KeyParser } from './parsePlainKey.ts'
import { checkMultipathLengths } from './parseMultisig.ts'

/** Bitcoin Core tells keys apart by their first public key; those that it cannot derive are all the same to it. */
function nameKey(key: KeyExpression): string {
  const derived = deriveKey(chooseKey(key, 0), 0)
  return derived.ok ? bytesToHex(derived.value.publicKey) : ''
}

/** A miniscript expression (BIP 379), which must be sane; undefined for a text that is none. */
export function parseMiniscriptExpression(text: string, parser: KeyParser): MiniscriptExpression | undefined {
  const keys: KeyExpression[] = []
  const context = parser.context === 'wsh' ? 'wsh' : 'tapscript'
  const keyParser: KeyParser = { ...parser, context: context === 'wsh' ? 'wsh' : 'tr' }
  const parsed = parseMiniscript(text, context, (key) => keys.push(parseKey(key, keyParser)) - 1)
  if (!parsed.ok) {
    // What is wrong with a key is worth more than that nothing else fits.
    if (parsed.error.code === 'bad-miniscript') return undefined
    throw parsed.error
  }
  if (parser.context !== 'wsh' && parser.context !== 'tr') {
    refuse('Miniscript expressions can only be used in wsh or tr.')
  }
  const root = parsed.value
  const insanity = explainInsanity(root, keys.map(nameKey))
  if (insanity) {
    const texts = keys.map((key) => formatKey(chooseKey(key, 0), 'public'))
    refuse(`${formatMiniscript(insanity.node, texts)} ${insanity.reason}`)
  }
  checkMultipathLengths(keys, 'Miniscript: Multipath derivation paths have mismatched lengths')
  return { type: 'miniscript', root, keys }
}
