import { decodeHex } from '@ply/bytes'
import { decodeBlock, decodeTransaction, type Block, type Transaction } from '@ply/primitives'
import { type JsonOutput, parseBtcAmount, RpcError, type RpcCall, type RpcClient } from '@ply/rpc'
import { CliError } from '../exitCode.ts'
import { Reply } from './reply.ts'

/** A node that speaks Bitcoin Core's methods: plyd or bitcoind. Hashes and ids are in display order. */
export class Layer1Node {
  readonly #client: RpcClient
  constructor(client: RpcClient) {
    this.#client = client
  }

  async call(
    method: string,
    params: readonly JsonOutput[] | Readonly<Record<string, JsonOutput>> = [],
  ): Promise<Reply> {
    return new Reply(method, await this.#client.call(method, params))
  }

  async #batch(calls: readonly RpcCall[]): Promise<(Reply | RpcError)[]> {
    const replies = await this.#client.batch(calls)
    return replies.map((reply, i) => (reply.ok ? new Reply(calls[i]!.method, reply.result) : reply.error))
  }

  async chainInfo(): Promise<{ readonly chain: string; readonly height: number; readonly bestHash: string }> {
    const info = await this.call('getblockchaininfo')
    return {
      chain: info.get('chain').text,
      height: info.get('blocks').number,
      bestHash: info.get('bestblockhash').text,
    }
  }

  /** Hashes at the given heights; undefined where the chain is not so high. */
  async blockHashes(heights: readonly number[]): Promise<(string | undefined)[]> {
    const replies = await this.#batch(heights.map((height) => ({ method: 'getblockhash', params: [height] })))
    return replies.map((reply) => (reply instanceof RpcError ? undefined : reply.text))
  }

  /** Median time past of the block at a height (BIP 113); undefined above the tip. */
  async medianTime(height: number): Promise<number | undefined> {
    const [hash] = await this.blockHashes([height])
    return hash === undefined ? undefined : (await this.call('getblockheader', [hash])).get('mediantime').number
  }

  async blocks(hashes: readonly string[]): Promise<Block[]> {
    const replies = await this.#batch(hashes.map((hash) => ({ method: 'getblock', params: [hash, 0] })))
    return replies.map((reply) => {
      if (reply instanceof RpcError) throw reply
      const decoded = decodeHex(reply.text)
      const block = decoded.ok ? decodeBlock(decoded.value) : decoded
      if (!block.ok) throw new CliError(`the node sent a block that does not decode: ${block.error.message}`)
      return block.value
    })
  }

  async mempool(): Promise<readonly string[]> {
    return (await this.call('getrawmempool')).items.map((item) => item.text)
  }

  /** Transactions by id; undefined where the node does not have one (any more). */
  async transactions(txids: readonly string[]): Promise<(Transaction | undefined)[]> {
    const replies = await this.#batch(txids.map((txid) => ({ method: 'getrawtransaction', params: [txid] })))
    return replies.map((reply) => {
      if (reply instanceof RpcError) return undefined
      const decoded = decodeHex(reply.text)
      const tx = decoded.ok ? decodeTransaction(decoded.value) : decoded
      return tx.ok ? tx.value : undefined
    })
  }

  /** Size in vbytes and fee in satoshi of a mempool transaction together with its unconfirmed ancestors. */
  async ancestorPackage(txid: string): Promise<{ readonly size: number; readonly fee: bigint }> {
    const entry = await this.call('getmempoolentry', [txid])
    const fee = parseBtcAmount(entry.get('fees').object['ancestor'] ?? null)
    if (!fee.ok) throw new CliError("the node's answer to getmempoolentry has no fee")
    return { size: entry.get('ancestorsize').number, fee: fee.value }
  }

  /** Satoshi per 1000 vbytes for `blocks` blocks, or undefined where the node cannot tell. */
  async estimateFeeRate(blocks: number): Promise<bigint | undefined> {
    const estimate = await this.call('estimatesmartfee', [blocks])
    const feeRate = estimate.object['feerate']
    if (feeRate === undefined || feeRate === null) return undefined
    const parsed = parseBtcAmount(feeRate)
    return parsed.ok && parsed.value > 0n ? parsed.value : undefined
  }
}
