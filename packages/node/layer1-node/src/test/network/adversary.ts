import { concatBytes } from '@ply/bytes'
import { mineBlock } from '@ply/mining'
import { encodeV1 } from '@ply/p2p'
import { type Block, blockMerkleRoot, type BlockHash, encodeBlock, encodeHeader, REGTEST, sats } from '@ply/primitives'
import { mutateBytes, type Random } from '@ply/testkit'
import type { SimNode } from './simNode.ts'

const frame = (command: string, payload: Uint8Array): Uint8Array => encodeV1(REGTEST.magic, command, payload)

/** The block with a coinbase that takes a satoshi too much, and work of its own. */
function overpaid({ header, transactions: [coinbase, ...others] }: Block): Block {
  const [reward, ...rest] = coinbase!.outputs
  const outputs = [{ ...reward!, value: sats(reward!.value + 1n) }, ...rest]
  const transactions = [{ ...coinbase!, outputs }, ...others]
  const { root } = blockMerkleRoot({ transactions })
  return mineBlock({ header: { ...header, merkleRoot: root, nonce: 0 }, transactions })!
}

/** Who sends what nobody asked for: noise, messages that were spoilt, blocks that break rules. */
export class Adversary {
  readonly node: SimNode
  readonly #random: Random
  /** Messages that honest nodes sent. */
  readonly #overheard: Uint8Array[] = []

  constructor(node: SimNode, random: Random) {
    this.node = node
    this.#random = random
  }

  overhear(bytes: Uint8Array): void {
    if (bytes.length === 0 || bytes.length > 2000) return
    if (this.#overheard.length < 500) this.#overheard.push(bytes)
    else this.#overheard[this.#random.below(500)] = bytes
  }

  /** What goes out of this node now and then instead of what it meant. */
  distort(bytes: Uint8Array): Uint8Array {
    return this.#random.chance(0.03) ? mutateBytes(this.#random, [bytes]) : bytes
  }

  /** Something that a victim did not ask for. */
  garbage(): Uint8Array {
    const random = this.#random
    const { chain } = this.node
    switch (random.below(7)) {
      case 0:
        return random.bytes(1 + random.below(400))
      case 1:
        return frame(random.pick(['headers', 'inv', 'getdata', 'cmpctblock', 'addr', 'nonsense']), random.bytes(200))
      case 2:
        return frame('block', encodeBlock(overpaid(chain.mine(Uint8Array.of(0x51)))))
      case 3: {
        const { header } = overpaid(chain.mine(Uint8Array.of(0x52)))
        return frame('headers', concatBytes(Uint8Array.of(1), encodeHeader(header), Uint8Array.of(0)))
      }
      case 4: {
        // A header that nobody knows the parent of.
        const header = { ...chain.tip.header, previousBlockHash: random.bytes(32) as BlockHash }
        return frame('headers', concatBytes(Uint8Array.of(1), encodeHeader(header), Uint8Array.of(0)))
      }
      case 5:
        // A good block again and again.
        return frame('block', chain.blockBytes(chain.tree.active.at(random.below(chain.tip.height + 1)))!)
      default:
        return this.#overheard.length > 0 ? mutateBytes(random, this.#overheard) : random.bytes(50)
    }
  }
}
