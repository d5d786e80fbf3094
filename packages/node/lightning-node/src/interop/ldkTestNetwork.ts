import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import {
  computeTxid,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  sats,
  type Transaction,
  witnessProgramScript,
} from '@ply/primitives'
import { TestNetwork, type TestNode } from '../test/testNetwork.ts'
import { LdkNode, type LdkWorld } from './ldkNode.ts'

/** Anyone can spend it, with a witness: LDK funds channels from SegWit outputs only. */
const OPEN_SCRIPT = Uint8Array.of(0x51)
const OPEN_OUTPUT = witnessProgramScript({ version: 0, program: sha256(OPEN_SCRIPT) })
const CHANGE = 18_000n
const FEE = 2_000n

/** The time of the test's blocks, so that LDK's clock and ours go together. */
const now = (): number => Math.floor(Date.now() / 1000)

/** Our nodes and LDK's on one chain. */
export class LdkTestNetwork extends TestNetwork {
  readonly theirs: LdkNode[] = []

  /** A signed transaction that pays `value` to a script, from a coin of the faucet; not broadcast. */
  #fundingTransaction(scriptPubKey: Uint8Array, value: bigint): Uint8Array {
    const source = this.chain.fund(OPEN_OUTPUT, value + CHANGE + FEE)
    const transaction: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: computeTxid(source), index: 0 },
          scriptSig: new Uint8Array(0),
          sequence: 0xfffffffd,
          witness: [OPEN_SCRIPT],
        },
      ],
      outputs: [
        { value: sats(value), scriptPubKey },
        { value: sats(CHANGE), scriptPubKey: OPEN_OUTPUT },
      ],
      lockTime: 0,
    }
    return encodeTransaction(transaction)
  }

  async addLdk(seed: number, announce = false): Promise<LdkNode> {
    const world: LdkWorld = {
      fund: (scriptPubKey, value) => Promise.resolve(this.#fundingTransaction(scriptPubKey, value)),
      broadcast: (raw) => void this.chain.broadcast(unwrap(decodeTransaction(raw))),
      feeratePerKw: 1000,
      tip: await this.chain.tip(),
      now: now(),
    }
    const node = await LdkNode.create({ seed: new Uint8Array(32).fill(seed), world, announce })
    this.chain.subscribe({
      blockConnected: (height, block) => {
        node.blockConnected(encodeBlock(block), height)
      },
      blockDisconnected: () => undefined,
    })
    this.theirs.push(node)
    return node
  }

  override async stop(): Promise<void> {
    for (const node of this.theirs) node.stop()
    await super.stop()
  }
}

export const idOf = (node: LdkNode): string => bytesToHex(node.id)
export const idBytes = (node: TestNode): Uint8Array => hexToBytes(node.id)

/** Opens the connection and resolves when both sides have seen the other's init. */
export async function connectLdk(theirs: LdkNode, ours: TestNode): Promise<void> {
  await theirs.connect(idBytes(ours), Number(ours.address.split(':')[1]))
  const connected = (): boolean => theirs.isConnected(idBytes(ours)) && ours.node.peers.isConnected(idOf(theirs))
  while (!connected()) await new Promise((resolve) => setImmediate(resolve))
}
