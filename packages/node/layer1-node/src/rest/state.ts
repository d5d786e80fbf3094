import { bytesToHex } from '@ply/bytes'
import { encodeTransaction, hashToDisplay } from '@ply/primitives'
import { joinMembers, type RpcTable } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { transactionJson } from '../rpc/json/transactionJson.ts'
import { readHash } from './arguments.ts'
import { checkIsJson, jsonReply, replyIn, RestError, type RestReply, type RestRequest } from './reply.ts'

/** `/rest/tx/<txid>`: from the pool, or by the transaction index. */
export function restTransaction({ mempool, txIndex, network }: Layer1Node) {
  return async ({ path, format }: RestRequest): Promise<RestReply> => {
    const txid = readHash(path)
    const waiting = mempool.mempool.get(txid)?.tx
    const indexed = waiting ? undefined : await txIndex?.find(txid)
    const tx = waiting ?? indexed?.tx
    if (!tx) throw new RestError(404, `${path} not found`)
    return replyIn(
      format,
      () => encodeTransaction(tx),
      () =>
        joinMembers(transactionJson(tx, { network, hex: false }), {
          blockhash: indexed && hashToDisplay(indexed.node.hash),
          hex: bytesToHex(encodeTransaction(tx)),
        }),
    )
  }
}

/** `/rest/chaininfo`: as `getblockchaininfo`. */
export function restChainInfo(table: RpcTable) {
  return async ({ format }: RestRequest): Promise<RestReply> => {
    checkIsJson(format)
    return jsonReply(await table.call('getblockchaininfo', [], { path: '/' }))
  }
}

/** `/rest/deploymentinfo[/<hash>]`: as `getdeploymentinfo`. */
export function restDeploymentInfo({ chain }: Layer1Node, table: RpcTable) {
  return async ({ path, format }: RestRequest): Promise<RestReply> => {
    checkIsJson(format)
    const hash = path.replace(/^\//, '')
    if (hash !== '' && !chain.find(readHash(hash))) throw new RestError(400, 'Block not found')
    return jsonReply(await table.call('getdeploymentinfo', hash === '' ? [] : [hash], { path: '/' }))
  }
}

function readFlag(request: RestRequest, name: string, otherwise: boolean): boolean {
  const text = request.query(name) ?? String(otherwise)
  if (text !== 'true' && text !== 'false') {
    throw new RestError(400, `The "${name}" query parameter must be either "true" or "false".`)
  }
  return text === 'true'
}

/** `/rest/mempool/info` and `/rest/mempool/contents`: as `getmempoolinfo` and `getrawmempool`. */
export function restMempool(table: RpcTable) {
  return async (request: RestRequest): Promise<RestReply> => {
    const { path, format } = request
    if (path !== 'info' && path !== 'contents') {
      throw new RestError(400, 'Invalid URI format. Expected /rest/mempool/<info|contents>.json')
    }
    checkIsJson(format)
    if (path === 'info') return jsonReply(await table.call('getmempoolinfo', [], { path: '/' }))
    const verbose = readFlag(request, 'verbose', true)
    const withSequence = readFlag(request, 'mempool_sequence', false)
    if (verbose && withSequence) {
      const hint = '(hint: set "verbose=false")'
      throw new RestError(400, `Verbose results cannot contain mempool sequence values. ${hint}`)
    }
    return jsonReply(await table.call('getrawmempool', [verbose, withSequence], { path: '/' }))
  }
}
