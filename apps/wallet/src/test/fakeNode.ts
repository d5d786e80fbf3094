import { bytesToHex, decodeHex, unwrap } from '@ply/bytes'
import {
  type Block,
  blockMerkleRoot,
  COINBASE_INDEX,
  computeBlockHash,
  computeTxid,
  decodeAddress,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  hashToDisplay,
  isCoinbase,
  outPointKey,
  REGTEST,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
  type TxOutput,
  virtualSize,
  ZERO_HASH,
} from '@ply/primitives'
import { type Json, type JsonOutput, RPC_ERROR, RpcError, type RpcServer, startRpcServer } from '@ply/rpc'
import { silentLogger } from '@ply/runtime'
import { createScript, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'

const CREDENTIALS = { user: 'test', password: 'secret' }
const SUBSIDY = 5_000_000_000n

type Call = (params: readonly Json[] & Readonly<Record<string, Json>>) => JsonOutput

/** A node of a few methods over real HTTP: a chain without proof of work, a mempool that runs scripts. */
export class FakeNode {
  readonly blocks: Block[] = [REGTEST.genesis]
  readonly mempool = new Map<string, Transaction>()
  readonly calls: string[] = []
  /** Answers for Lightning, by method; a thrown RpcError goes to the caller. */
  readonly lightning = new Map<string, (params: Readonly<Record<string, Json>>) => JsonOutput>()
  lightningNames: readonly { readonly name: string; readonly id: string; readonly address: string }[] = []
  #server: RpcServer | undefined
  #nonce = 0
  #skipped = 0

  async start(): Promise<string> {
    const table = (path: string) => ({
      methods: new Map(),
      active: () => [],
      call: (name: string, params: Json) => Promise.resolve().then(() => this.#answer(path, name, params)),
      callNow: (name: string, params: Json) => this.#answer(path, name, params),
    })
    this.#server = await startRpcServer({ port: 0, credentials: [CREDENTIALS], route: table, logger: silentLogger })
    return this.#server.url.replace('http://', `http://${CREDENTIALS.user}:${CREDENTIALS.password}@`)
  }

  stop(): Promise<void> {
    return this.#server!.close(0)
  }

  #answer(path: string, name: string, params: Json): JsonOutput {
    this.calls.push(name)
    if (path.startsWith('/lightning/')) {
      const method = this.lightning.get(name)
      if (!method) throw new RpcError(RPC_ERROR.methodNotFound, 'Method not found')
      return method(params as Readonly<Record<string, Json>>)
    }
    const method = this.#methods[name]
    if (!method) throw new RpcError(RPC_ERROR.methodNotFound, 'Method not found')
    return method((params ?? []) as Parameters<Call>[0])
  }

  #find(hash: Json): Block {
    const block = this.blocks.find((candidate) => hashToDisplay(computeBlockHash(candidate.header)) === hash)
    if (!block) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Block not found')
    return block
  }

  #outputs(): Map<string, TxOutput> {
    const outputs = new Map<string, TxOutput>()
    for (const tx of [...this.blocks.slice(1).flatMap((block) => block.transactions), ...this.mempool.values()]) {
      tx.outputs.forEach((output, index) => outputs.set(outPointKey({ txid: computeTxid(tx), index }), output))
    }
    return outputs
  }

  /** Lets so many seconds pass without a block. */
  skip(seconds: number): void {
    this.#skipped += seconds
  }

  mine(address: string, count = 1): string[] {
    const hashes: string[] = []
    for (let i = 0; i < count; i++) {
      const coinbase: Transaction = {
        version: 2,
        inputs: [
          {
            prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
            scriptSig: createScript([BigInt(this.blocks.length), BigInt(++this.#nonce)]),
            sequence: SEQUENCE_FINAL,
            witness: [],
          },
        ],
        outputs: [{ value: sats(SUBSIDY), scriptPubKey: unwrap(decodeAddress(address, REGTEST)) }],
        lockTime: 0,
      }
      const header = {
        version: 4,
        previousBlockHash: computeBlockHash(this.blocks.at(-1)!.header),
        merkleRoot: ZERO_HASH,
        time: 1_700_000_000 + this.blocks.length + this.#skipped,
        bits: 0x207fffff,
        nonce: this.#nonce,
      }
      const block = { header, transactions: [coinbase, ...this.mempool.values()] }
      this.mempool.clear()
      const mined = { ...block, header: { ...header, merkleRoot: blockMerkleRoot(block).root } }
      this.blocks.push(mined)
      hashes.push(hashToDisplay(computeBlockHash(mined.header)))
    }
    return hashes
  }

  #fee(tx: Transaction): bigint {
    const outputs = this.#outputs()
    const spent = tx.inputs.reduce((sum, input) => sum + outputs.get(outPointKey(input.prevout))!.value, 0n)
    return spent - tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  }

  /** Puts a payment from the newest block's miner into the mempool; nobody looks at his signature. */
  receive(address: string, amount: bigint, fee: bigint): string {
    const [coinbase] = this.blocks.at(-1)!.transactions
    const [mined] = coinbase!.outputs
    const tx: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: computeTxid(coinbase!), index: 0 },
          scriptSig: new Uint8Array(0),
          sequence: SEQUENCE_FINAL,
          witness: [],
        },
      ],
      outputs: [
        { value: sats(amount), scriptPubKey: unwrap(decodeAddress(address, REGTEST)) },
        { value: sats(mined!.value - amount - fee), scriptPubKey: mined!.scriptPubKey },
      ],
      lockTime: 0,
    }
    const txid = hashToDisplay(computeTxid(tx))
    this.mempool.set(txid, tx)
    return txid
  }

  /** Runs the scripts of every input before a transaction may in. */
  #send(hex: string): string {
    const tx = unwrap(decodeTransaction(unwrap(decodeHex(hex))))
    const outputs = this.#outputs()
    const spent = tx.inputs.map((input) => outputs.get(outPointKey(input.prevout)))
    if (spent.includes(undefined)) throw new RpcError(RPC_ERROR.verify, 'bad-txns-inputs-missingorspent')
    const cache = new SighashCache(tx, spent)
    for (const inputIndex of tx.inputs.keys()) {
      const verified = verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS })
      if (!verified.ok) throw new RpcError(RPC_ERROR.verifyRejected, `mandatory-script-verify-flag (${verified.error})`)
    }
    const spends = new Set(tx.inputs.map((input) => outPointKey(input.prevout)))
    for (const [rival, other] of this.mempool) {
      if (!other.inputs.some((input) => spends.has(outPointKey(input.prevout)))) continue
      if (this.#fee(tx) < this.#fee(other) + BigInt(virtualSize(tx))) {
        throw new RpcError(RPC_ERROR.verifyRejected, 'insufficient fee, rejecting replacement')
      }
      this.mempool.delete(rival)
    }
    const txid = hashToDisplay(computeTxid(tx))
    this.mempool.set(txid, tx)
    return txid
  }

  #findTransaction(txid: Json): { readonly tx: Transaction; readonly block?: Block; readonly height?: number } {
    const waiting = this.mempool.get(String(txid))
    if (waiting) return { tx: waiting }
    for (const [height, block] of this.blocks.entries()) {
      const tx = block.transactions.find((candidate) => hashToDisplay(computeTxid(candidate)) === txid)
      if (tx) return { tx, block, height }
    }
    throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'No such mempool or blockchain transaction')
  }

  readonly #methods: Readonly<Record<string, Call>> = {
    getblockchaininfo: () => ({
      chain: 'regtest',
      blocks: this.blocks.length - 1,
      bestblockhash: hashToDisplay(computeBlockHash(this.blocks.at(-1)!.header)),
    }),
    getblockhash: ([height]) => {
      const block = this.blocks[Number(height)]
      if (!block) throw new RpcError(RPC_ERROR.invalidParameter, 'Block height out of range')
      return hashToDisplay(computeBlockHash(block.header))
    },
    getblock: ([hash]) => bytesToHex(encodeBlock(this.#find(hash!))),
    getblockheader: ([hash]) => {
      const height = this.blocks.indexOf(this.#find(hash!))
      const times = this.blocks.slice(Math.max(0, height - 10), height + 1).map(({ header }) => header.time)
      const mediantime = times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
      return { height, confirmations: this.blocks.length - height, mediantime }
    },
    getrawmempool: () => [...this.mempool.keys()],
    getrawtransaction: ([txid, verbose]) => {
      const { tx, block, height } = this.#findTransaction(txid!)
      const hex = bytesToHex(encodeTransaction(tx))
      if (verbose !== true) return hex
      return {
        hex,
        blockhash: block && hashToDisplay(computeBlockHash(block.header)),
        confirmations: height === undefined ? undefined : this.blocks.length - height,
      }
    },
    getmempoolentry: ([txid]) => {
      const tx = this.mempool.get(String(txid))
      if (!tx) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Transaction not in mempool')
      return { ancestorsize: virtualSize(tx), fees: { ancestor: Number(this.#fee(tx)) / 1e8 } }
    },
    estimatesmartfee: () => ({ errors: ['Insufficient data or no feerate found'], blocks: 6 }),
    sendrawtransaction: ([hex]) => this.#send(String(hex)),
    generatetoaddress: ([count, address]) => this.mine(String(address), Number(count)),
    reorg: (params) => {
      const [depth, length] = [Number(params['depth']), Number(params['length'])]
      const removed = this.blocks.splice(-depth)
      const disconnected = removed.map((block) => hashToDisplay(computeBlockHash(block.header)))
      for (const tx of removed.flatMap((block) => block.transactions)) {
        if (!isCoinbase(tx)) this.mempool.set(hashToDisplay(computeTxid(tx)), tx)
      }
      return { disconnected, connected: this.mine(String(params['address']), length) }
    },
    listlightning: () => this.lightningNames.map((entry) => ({ ...entry })),
    startlightning: (params) => ({ name: params['name'] ?? null, id: '02'.repeat(33), address: '127.0.0.1:9735' }),
  }
}
