import type { RpcMethod } from './method.ts'

/** `getblock "blockhash" ( verbosity )` */
function formatSignature(method: RpcMethod): string {
  const words = method.params.map((param) => {
    const quoted = param.type === 'string' || param.type === 'hash' || param.type === 'hex'
    const word = quoted ? `"${param.name}"` : param.type === 'array' ? `[${param.name},...]` : param.name
    return param.optional ? `( ${word} )` : word
  })
  return [method.name, ...words].join(' ')
}

/** The whole help text of one method. */
export function formatMethodHelp(method: RpcMethod): string {
  const params = method.params.map(
    (param, i) =>
      `${i + 1}. ${param.name}    (${param.type}, ${param.optional ? 'optional' : 'required'}) ${param.help}\n`,
  )
  const block = params.length > 0 ? `\nArguments:\n${params.join('')}` : ''
  return `${formatSignature(method)}\n\n${method.help}\n${block}`
}

/** All methods under their groups, one signature per line. */
export function formatHelpIndex(methods: Iterable<RpcMethod>): string {
  const groups = new Map<string, string[]>()
  for (const method of methods) {
    const lines = groups.get(method.group) ?? []
    lines.push(formatSignature(method))
    groups.set(method.group, lines)
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, lines]) => `== ${group} ==\n${lines.sort().join('\n')}`)
    .join('\n\n')
}
