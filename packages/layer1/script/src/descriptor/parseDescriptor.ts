import { type DecodeError, hexToBytes, type Result, tryDecode } from '@ply/bytes'
import { decodeAddress, encodeAddress, type NetworkParameters } from '@ply/primitives'
import { TAPROOT_CONTROL_MAX_NODES } from '../taproot/hashes.ts'
import { computeDescriptorChecksum } from './checksum.ts'
import {
  countDescriptors,
  type Descriptor,
  type DescriptorTree,
  type LeafExpression,
  type RedeemScriptExpression,
  type ScriptExpression,
  type TrDescriptor,
  treeLeaves,
  type WitnessScriptExpression,
} from './descriptor.ts'
import { functionBody, refuse, takeExpression, within } from './expression.ts'
import { countKeys, isRangedKey } from './keyExpression.ts'
import { parseKey } from './parseKey.ts'
import type { KeyContext, KeyParser } from './parsePlainKey.ts'
import { parseMiniscriptExpression } from './parseMiniscriptExpression.ts'
import { parseMultisig } from './parseMultisig.ts'

type ScriptContext = Extract<KeyContext, 'top' | 'sh' | 'wsh' | 'tr'>
type ScriptParser = KeyParser & { readonly context: ScriptContext }

/** Where a function may stand, and what Bitcoin Core says where it may not. */
interface FunctionRule {
  readonly contexts: readonly ScriptContext[]
  readonly elsewhere: string | undefined
  readonly parse: (body: string, parser: ScriptParser) => ScriptExpression
}

const keyFunction =
  (type: 'pk' | 'pkh' | 'wpkh' | 'combo', context?: KeyContext): FunctionRule['parse'] =>
  (body, parser) => ({
    type,
    key: within(`${type}()`, () => parseKey(body, context ? { ...parser, context } : parser)),
  })

const MULTI_ELSEWHERE = 'Can only have multi/sortedmulti at top level, in sh(), or in wsh()'
const MULTI_A_ELSEWHERE = 'Can only have multi_a/sortedmulti_a inside tr()'

const multi = (type: 'multi' | 'sortedmulti'): FunctionRule => ({
  contexts: ['top', 'sh', 'wsh'],
  elsewhere: MULTI_ELSEWHERE,
  parse: (body, parser) => parseMultisig(type, body, parser),
})

const multiA = (type: 'multi_a' | 'sortedmulti_a'): FunctionRule => ({
  contexts: ['tr'],
  elsewhere: MULTI_A_ELSEWHERE,
  parse: (body, parser) => parseMultisig(type, body, parser),
})

/** Every function of the language. */
const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  pk: { contexts: ['top', 'sh', 'wsh', 'tr'], elsewhere: undefined, parse: keyFunction('pk') },
  pkh: { contexts: ['top', 'sh', 'wsh'], elsewhere: undefined, parse: keyFunction('pkh') },
  combo: { contexts: ['top'], elsewhere: 'Can only have combo() at top level', parse: keyFunction('combo') },
  multi: multi('multi'),
  sortedmulti: multi('sortedmulti'),
  multi_a: multiA('multi_a'),
  sortedmulti_a: multiA('sortedmulti_a'),
  wpkh: {
    contexts: ['top', 'sh'],
    elsewhere: 'Can only have wpkh() at top level or inside sh()',
    parse: keyFunction('wpkh', 'wpkh'),
  },
  sh: {
    contexts: ['top'],
    elsewhere: 'Can only have sh() at top level',
    // What may stand inside is what the rules of this table allow for the context.
    parse: (body, parser) => ({
      type: 'sh',
      script: parseWhole(body, { ...parser, context: 'sh' }) as RedeemScriptExpression,
    }),
  },
  wsh: {
    contexts: ['top', 'sh'],
    elsewhere: 'Can only have wsh() at top level or inside sh()',
    parse: (body, parser) => ({
      type: 'wsh',
      script: parseWhole(body, { ...parser, context: 'wsh' }) as WitnessScriptExpression,
    }),
  },
  addr: { contexts: ['top'], elsewhere: 'Can only have addr() at top level', parse: parseAddr },
  tr: { contexts: ['top'], elsewhere: 'Can only have tr at top level', parse: parseTr },
  rawtr: {
    contexts: ['top'],
    elsewhere: 'Can only have rawtr at top level',
    parse: (body, parser) => {
      const [item, rest] = takeExpression(body)
      if (rest !== '') refuse('rawtr(): only one key expected.')
      return { type: 'rawtr', key: within('rawtr()', () => parseKey(item, { ...parser, context: 'tr' })) }
    },
  },
  unused: {
    contexts: ['top'],
    elsewhere: 'Can only have unused at top level',
    parse: (body, parser) => {
      const [item, rest] = takeExpression(body)
      if (rest !== '') refuse('unused(): only one key expected')
      const key = parseKey(item, parser)
      if (isRangedKey(key)) refuse('unused(): key cannot be ranged')
      return { type: 'unused', key }
    },
  },
  raw: {
    contexts: ['top'],
    elsewhere: 'Can only have raw() at top level',
    parse: (body) => {
      if (!/^(?:[0-9a-fA-F]{2})+$/.test(body)) refuse('Raw script is not hex')
      return { type: 'raw', script: hexToBytes(body.toLowerCase()) }
    },
  },
}

function parseAddr(body: string, { network }: ScriptParser): Descriptor {
  const script = decodeAddress(body, network)
  if (!script.ok) return refuse('Address is not valid')
  return { type: 'addr', address: encodeAddress(script.value, network) ?? body, scriptPubKey: script.value }
}

/** A TREE expression (BIP 386) and what stands behind it. */
function parseTree(text: string, parser: ScriptParser, depth: number): readonly [DescriptorTree, string] {
  if (!text.startsWith('{')) {
    const [leaf, rest] = takeExpression(text)
    return [{ leaf: parseExpression(leaf, parser) as LeafExpression }, rest]
  }
  if (depth === TAPROOT_CONTROL_MAX_NODES) refuse(`tr() supports at most ${TAPROOT_CONTROL_MAX_NODES} nesting levels`)
  const [left, middle] = parseTree(text.slice(1), parser, depth + 1)
  if (!middle.startsWith(',')) refuse("tr(): expected ',' after script expression")
  const [right, end] = parseTree(middle.slice(1), parser, depth + 1)
  if (!end.startsWith('}')) refuse("tr(): expected '}' after script expression")
  return [[left, right], end.slice(1)]
}

function parseTr(body: string, parser: ScriptParser): TrDescriptor {
  const inner: ScriptParser = { ...parser, context: 'tr' }
  const [keyText, rest] = takeExpression(body)
  const key = within('tr()', () => parseKey(keyText, inner))
  if (rest === '') return { type: 'tr', key, tree: undefined }
  if (!rest.startsWith(',')) refuse(`tr: expected ',', got '${rest[0]!}'`)
  const [tree, end] = parseTree(rest.slice(1), inner, 0)
  if (end !== '') refuse("tr(): expected ')' after script expression")

  const counts = treeLeaves(tree).map(countDescriptors)
  const most = Math.max(countKeys(key), ...counts)
  if (counts.some((count) => count > 1 && count !== most)) refuse('tr(): Multipath subscripts have mismatched lengths')
  if (countKeys(key) > 1 && countKeys(key) !== most) {
    refuse('tr(): Multipath internal key mismatches multipath subscripts lengths')
  }
  return { type: 'tr', key, tree }
}

/** A SCRIPT expression (BIP 380), whatever its place allows. */
function parseExpression(text: string, parser: ScriptParser): ScriptExpression {
  const open = text.indexOf('(')
  const name = open < 0 ? '' : text.slice(0, open)
  const rule = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  const body = rule && functionBody(text, name)
  if (rule && body !== undefined) {
    if (rule.contexts.includes(parser.context)) return rule.parse(body, parser)
    if (rule.elsewhere !== undefined) refuse(rule.elsewhere)
  }
  const miniscript = parseMiniscriptExpression(text, parser)
  if (miniscript) return miniscript
  if (parser.context === 'sh') refuse('A function is needed within P2SH')
  if (parser.context === 'wsh') refuse('A function is needed within P2WSH')
  return refuse(`'${text}' is not a valid descriptor function`)
}

function parseWhole(text: string, parser: ScriptParser): ScriptExpression {
  const [expression, rest] = takeExpression(text)
  const parsed = parseExpression(expression, parser)
  return rest === '' ? parsed : refuse(`unexpected '${rest[0]!}' behind the expression`)
}

/** Takes the checksum off (BIP 380). */
function checkChecksum(text: string, requireChecksum: boolean): string {
  const [payload = '', given, ...more] = text.split('#')
  if (more.length > 0) refuse("Multiple '#' symbols")
  if (given === undefined && requireChecksum) refuse('Missing checksum')
  if (given !== undefined && given.length !== 8) {
    refuse(`Expected 8 character checksum, not ${given.length} characters`)
  }
  const computed = computeDescriptorChecksum(payload)
  if (computed === undefined) refuse('Invalid characters in payload')
  if (given !== undefined && given !== computed) {
    refuse(`Provided checksum '${given}' does not match computed checksum '${computed}'`)
  }
  return payload
}

/**
 * Reads an output descriptor (BIP 379–387, 389, 390). Keys and addresses must be of the
 * network. Violation `bad-descriptor`, with Bitcoin Core's message where it has one.
 */
export function parseDescriptor(
  text: string,
  network: NetworkParameters,
  options: { readonly requireChecksum?: boolean } = {},
): Result<Descriptor, DecodeError> {
  return tryDecode(() => {
    const payload = checkChecksum(text, options.requireChecksum ?? false)
    // At the top, the functions' rules let nothing else through.
    return parseWhole(payload, { network, context: 'top' }) as Descriptor
  })
}
