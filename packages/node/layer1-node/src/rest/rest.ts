import type { RpcTable } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { restBlock, restBlockHash, restBlockPart, restHeaders, restSpentOutputs } from './blocks.ts'
import { restBlockFilter, restFilterHeaders } from './filters.ts'
import { restGetUtxos } from './outputs.ts'
import { RestError, type RestFormat, type RestReply, type RestRequest } from './reply.ts'
import { restChainInfo, restDeploymentInfo, restMempool, restTransaction } from './state.ts'

type Handler = (request: RestRequest) => RestReply | Promise<RestReply>

/** What a path begins with, and who answers; the first that fits does. */
function createRoutes(node: Layer1Node, table: RpcTable): readonly (readonly [prefix: string, handler: Handler])[] {
  return [
    ['/rest/tx/', restTransaction(node)],
    ['/rest/block/notxdetails/', restBlock(node, table, 1)],
    ['/rest/block/', restBlock(node, table, 3)],
    ['/rest/blockpart/', restBlockPart(node)],
    ['/rest/blockfilter/', restBlockFilter(node, table)],
    ['/rest/blockfilterheaders/', restFilterHeaders(node, table)],
    ['/rest/chaininfo', restChainInfo(table)],
    ['/rest/mempool/', restMempool(table)],
    ['/rest/headers/', restHeaders(node)],
    ['/rest/getutxos', restGetUtxos(node)],
    ['/rest/deploymentinfo', restDeploymentInfo(node, table)],
    ['/rest/blockhashbyheight/', restBlockHash(node)],
    ['/rest/spenttxouts/', restSpentOutputs(node)],
  ]
}

/** Takes the form off the end of a path. */
function splitFormat(path: string): { readonly path: string; readonly format: RestFormat | undefined } {
  const [, rest, format] = /^(.*)\.(bin|hex|json)$/.exec(path) ?? []
  return rest === undefined ? { path, format: undefined } : { path: rest, format: format as RestFormat }
}

/** Percent signs that begin no byte stand for themselves, as for Bitcoin Core. */
const urlDecode = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

/** One member of a query: empty without `=`. */
function readQuery(search: string, name: string): string | undefined {
  for (const part of search.split('&')) {
    const [key, ...value] = part.split('=')
    if (urlDecode(key!) === name) return urlDecode(value.join('='))
  }
  return undefined
}

/** Answers a path that begins with `/rest/`, or nothing where there is no such resource. */
export type RestHandler = (url: string, body: Uint8Array) => Promise<RestReply | undefined>

/** Bitcoin Core's REST interface: it only reads, and asks nobody who they are. */
export function createRestHandler(node: Layer1Node, table: RpcTable): RestHandler {
  const routes = createRoutes(node, table)
  return async (url, body) => {
    const cut = url.indexOf('?')
    const whole = cut < 0 ? url : url.slice(0, cut)
    const search = cut < 0 ? '' : url.slice(cut + 1)
    const route = routes.find(([prefix]) => whole.startsWith(prefix))
    if (!route) return undefined
    const [prefix, handler] = route
    const split = splitFormat(whole.slice(prefix.length))
    try {
      return await handler({ ...split, body, query: (name) => readQuery(search, name) })
    } catch (error) {
      if (!(error instanceof RestError)) throw error
      return { status: error.status, type: 'text/plain', body: `${error.message}\r\n` }
    }
  }
}
