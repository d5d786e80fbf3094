import { ByteWriter, concatBytes } from '@ply/bytes'
import { type BlockHash, encodeHeader, hashToDisplay, writeOutput } from '@ply/primitives'
import { btcAmount, type RpcTable } from '@ply/rpc'
import type { BlockNode } from '@ply/chain'
import type { BlobLocation } from '@ply/ports'
import type { Layer1Node } from '../layer1Node.ts'
import { headerJson } from '../rpc/json/blockJson.ts'
import { scriptPubKeyJson } from '../rpc/json/scriptJson.ts'
import { findBlock, readActiveBlocks, readSize } from './arguments.ts'
import { replyIn, RestError, type RestReply, type RestRequest } from './reply.ts'

/** Where the block lies, or why it cannot be read. */
function locate({ chain }: Layer1Node, node: BlockNode): BlobLocation {
  if (node.data) return node.data
  const reason = node.transactionCount > 0 && chain.pruned ? 'pruned data' : 'not fully downloaded'
  throw new RestError(404, `${hashToDisplay(node.hash)} not available (${reason})`)
}

async function readBytes({ chain }: Layer1Node, { hash }: BlockNode, location: BlobLocation): Promise<Uint8Array> {
  return chain.blocks.readBlockBytes(location).catch(() => {
    throw new RestError(500, `I/O error reading ${hashToDisplay(hash)}`)
  })
}

/** `/rest/block/<hash>` and `/rest/block/notxdetails/<hash>`: JSON as `getblock` with this verbosity. */
export function restBlock(node: Layer1Node, table: RpcTable, verbosity: 1 | 3) {
  return ({ path, format }: RestRequest): Promise<RestReply> => {
    const found = findBlock(node, path)
    const location = locate(node, found)
    return replyIn(
      format,
      () => readBytes(node, found, location),
      () => table.call('getblock', [path, verbosity], { path: '/' }),
    )
  }
}

/** `/rest/blockpart/<hash>?offset=<bytes>&size=<bytes>`: no JSON. */
export function restBlockPart(node: Layer1Node) {
  return async ({ path, format, query }: RestRequest): Promise<RestReply> => {
    const offset = readSize(query('offset'))
    if (offset === undefined) throw new RestError(400, 'Block part offset missing or invalid')
    const size = readSize(query('size'))
    if (size === undefined) throw new RestError(400, 'Block part size missing or invalid')
    const found = findBlock(node, path)
    const location = locate(node, found)
    const bytes = await readBytes(node, found, location)
    if (size === 0 || offset >= bytes.length || size > bytes.length - offset) {
      throw new RestError(400, `Bad block part offset/size ${offset}/${size} for ${path}`)
    }
    const read = (): Uint8Array => bytes.slice(offset, offset + size)
    return replyIn(format, read, () => {
      throw new RestError(400, 'JSON output is not supported for this request type')
    })
  }
}

/** `/rest/headers/<hash>?count=<count>`. */
export function restHeaders(node: Layer1Node) {
  return (request: RestRequest): Promise<RestReply> => {
    const nodes = readActiveBlocks(node, request.path.split('/'), request, '/rest/headers/<hash>.<ext>')
    return replyIn(
      request.format,
      () => concatBytes(...nodes.map(({ header }) => encodeHeader(header))),
      () => nodes.map((each) => headerJson(each, node.chain.tree.active)),
    )
  }
}

/** `/rest/blockhashbyheight/<height>`. */
export function restBlockHash({ chain }: Layer1Node) {
  return ({ path, format }: RestRequest): Promise<RestReply> => {
    const height = readSize(path)
    if (height === undefined || height > 0x7fffffff) throw new RestError(400, `Invalid height: ${path}`)
    const found = chain.tree.active.at(height)
    if (!found) throw new RestError(404, 'Block height out of range')
    const hash: BlockHash = found.hash
    if (format === 'hex') {
      // The one place where hexadecimal is not that of the bytes.
      return Promise.resolve({ status: 200, type: 'text/plain', body: hashToDisplay(hash) + '\n' })
    }
    return replyIn(
      format,
      () => hash,
      () => ({ blockhash: hashToDisplay(hash) }),
    )
  }
}

/** `/rest/spenttxouts/<hash>`: for each transaction the outputs that it spends, none for the coinbase. */
export function restSpentOutputs(node: Layer1Node) {
  return async ({ path, format }: RestRequest): Promise<RestReply> => {
    if (path.includes('/')) throw new RestError(400, 'Invalid URI format. Expected /rest/spenttxouts/<hash>.<ext>')
    const found = findBlock(node, path)
    const undo = await node.chain.readUndo(found)
    if (!undo) throw new RestError(404, `${path} undo not available`)
    const spent = [[], ...undo].map((coins) => coins.map(({ output }) => output))
    const encode = (): Uint8Array => {
      const writer = new ByteWriter().compactSize(spent.length)
      for (const outputs of spent) {
        writer.compactSize(outputs.length)
        for (const output of outputs) writeOutput(writer, output)
      }
      return writer.finish()
    }
    return replyIn(format, encode, () =>
      spent.map((outputs) =>
        outputs.map(({ value, scriptPubKey }) => ({
          value: btcAmount(value),
          scriptPubKey: scriptPubKeyJson(scriptPubKey, { network: node.network }),
        })),
      ),
    )
  }
}
