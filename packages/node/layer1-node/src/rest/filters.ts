import { bytesToHex, ByteWriter, concatBytes, decodeHex, unwrap } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, RpcError, type RpcTable } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { findBlock, readActiveBlocks, readHash } from './arguments.ts'
import { replyIn, RestError, type RestReply, type RestRequest } from './reply.ts'

/** The number of the one filter type there is (BIP 158). */
const BASIC_FILTER_TYPE = 0

interface Filter {
  readonly filter: Uint8Array
  readonly header: Uint8Array
}

/** A block's filter as `getblockfilter` gives it. */
async function findFilter(table: RpcTable, hash: string, filterType: string): Promise<Filter> {
  try {
    const found = (await table.call('getblockfilter', [hash, filterType], { path: '/' })) as {
      readonly [name in 'filter' | 'header']: string
    }
    return { filter: unwrap(decodeHex(found.filter)), header: unwrap(decodeHex(found.header)).reverse() }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    if (error.message === 'Unknown filtertype') throw new RestError(400, `Unknown filtertype ${filterType}`)
    throw new RestError(error.message.startsWith('Filter not found') ? 404 : 400, error.message)
  }
}

/** `/rest/blockfilter/<filtertype>/<hash>`. */
export function restBlockFilter(node: Layer1Node, table: RpcTable) {
  return async ({ path, format }: RestRequest): Promise<RestReply> => {
    const [filterType, hash, ...rest] = path.split('/')
    if (filterType === undefined || hash === undefined || rest.length > 0) {
      throw new RestError(400, 'Invalid URI format. Expected /rest/blockfilter/<filtertype>/<blockhash>')
    }
    readHash(hash)
    const found = findBlock(node, hash)
    const { filter } = await findFilter(table, hash, filterType)
    return replyIn(
      format,
      () => new ByteWriter().u8(BASIC_FILTER_TYPE).bytes(found.hash).varBytes(filter).finish(),
      () => ({ filter: bytesToHex(filter) }),
    )
  }
}

/** `/rest/blockfilterheaders/<filtertype>/<hash>?count=<count>`. */
export function restFilterHeaders(node: Layer1Node, table: RpcTable) {
  return async (request: RestRequest): Promise<RestReply> => {
    const [filterType, ...parts] = request.path.split('/')
    const usage = '/rest/blockfilterheaders/<filtertype>/<blockhash>.<ext>'
    const nodes = readActiveBlocks(node, parts, request, usage)
    const headers: Uint8Array[] = []
    for (const { hash } of nodes) {
      headers.push((await findFilter(table, hashToDisplay(hash), filterType ?? '')).header)
    }
    return replyIn(
      request.format,
      () => concatBytes(...headers),
      (): JsonOutput => headers.map((header) => hashToDisplay(header)),
    )
  }
}
