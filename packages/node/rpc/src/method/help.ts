import { stringifyJson } from '../json/stringify.ts'
import { formatColumns, formatResult, formatShape, type HelpLine } from '../schema/formatResult.ts'
import type { DescribedMethod, ParamType, RpcMethod, RpcParam } from './method.ts'

/** Bitcoin Core's word for the type of an argument. */
const TYPE_WORD: Readonly<Record<ParamType, string>> = {
  string: 'string',
  hash: 'string',
  hex: 'string',
  number: 'numeric',
  bool: 'boolean',
  amount: 'numeric or string',
  array: 'json array',
  object: 'json object',
  any: 'any',
}
/** An argument to show a call with, by its type. */
const EXAMPLE: Readonly<Record<ParamType, string>> = {
  string: '"text"',
  hash: '"00000000c937983704a73af28acdec37b049d214adbda81d7e2a3dd146f6ed09"',
  hex: '"hex"',
  number: '1',
  bool: 'true',
  amount: '0.1',
  array: '[]',
  object: '{}',
  any: '1',
}

function wordOf({ name, type, form }: RpcParam): string {
  if (form !== undefined) return form
  if (type === 'string' || type === 'hash' || type === 'hex') return `"${name}"`
  return type === 'array' ? `[${name},...]` : name
}

/** `getblock "blockhash" ( verbosity )` */
function formatSignature({ name, params }: RpcMethod): string {
  let text = name
  const shown = params.filter(({ form }) => form !== '')
  shown.forEach((param, i) => {
    const before = i > 0 && shown[i - 1]!.optional === true
    if (param.optional && !before) text += ' ('
    else if (!param.optional && before) text += ' )'
    text += ` ${wordOf(param)}`
  })
  return shown.at(-1)?.optional ? `${text} )` : text
}

function describe({ type, optional, default: otherwise, help }: RpcParam): string {
  const need = !optional
    ? 'required'
    : otherwise === undefined
      ? 'optional'
      : `optional, default=${stringifyJson(otherwise)}`
  return `(${TYPE_WORD[type]}, ${need}) ${help}`
}

/** An argument, and below it what is in it. */
function argumentLines(param: RpcParam, left: string): HelpLine[] {
  const inside = param.shape ? formatShape(param.shape, '     ') : []
  return [{ left, right: describe(param) }, ...inside]
}

function formatArguments(params: readonly RpcParam[]): string {
  if (params.length === 0) return ''
  const lines = params.flatMap((param, i) => argumentLines(param, `${i + 1}. ${param.name}`))
  const named = params.flatMap((param) => param.options ?? []).flatMap((option) => argumentLines(option, option.name))
  const more = named.length === 0 ? '' : `\nNamed Arguments:\n${formatColumns(named)}`
  return `\nArguments:\n${formatColumns(lines)}${more}`
}

function formatExamples({ name, params }: RpcMethod): string {
  const given = params.filter((param) => !param.optional).map((param) => EXAMPLE[param.type])
  const quoted = given.map((example) => (/^[[{]/.test(example) ? `'${example}'` : example))
  const body = `{"jsonrpc": "2.0", "id": "curltest", "method": "${name}", "params": [${given.join(', ')}]}`
  return (
    `\nExamples:\n> bitcoin-cli ${[name, ...quoted].join(' ')}\n` +
    `> curl --user myusername --data-binary '${body}' -H 'content-type: application/json' http://127.0.0.1:8332/\n`
  )
}

/** The whole help text of one method, in the form of Bitcoin Core's. */
export function formatMethodHelp(method: DescribedMethod): string {
  if (method.retired) return `${formatSignature(method)}\n\n${method.help}\n`
  const errors = method.errors.map(({ code, message }) => ({ left: String(code), right: message }))
  const failures = errors.length === 0 ? '' : `\nErrors:\n${formatColumns(errors)}`
  const help = `${formatSignature(method)}\n\n${method.help}\n${formatArguments(method.params)}`
  return help + formatResult(method.result) + failures + formatExamples(method)
}

/** Methods that are there for tests and development, and that `help` lists nowhere. */
export const HIDDEN_GROUP = 'Hidden'

/** All methods under their groups, one signature per line, but for those of groups that are not listed. */
export function formatHelpIndex(methods: Iterable<RpcMethod>, unlisted: readonly string[] = []): string {
  const groups = new Map<string, string[]>()
  for (const method of methods) {
    if (method.group === HIDDEN_GROUP || unlisted.includes(method.group)) continue
    const lines = groups.get(method.group) ?? []
    lines.push(formatSignature(method))
    groups.set(method.group, lines)
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, lines]) => `== ${group} ==\n${lines.sort().join('\n')}`)
    .join('\n\n')
}
