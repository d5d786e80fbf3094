import { ok, type Result } from '@ply/bytes'
import { type Block, outPointsOf, hashToDisplay, type NetworkParameters, type OutPoint } from '@ply/primitives'
import type { ChainHeader } from '../header/chainHeader.ts'
import type { CoinsView } from '../transaction/coin.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'

/** The two blocks of mainnet whose coinbase repeats an earlier one. */
const REPEATS: Readonly<Record<number, string>> = {
  91842: '00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec',
  91880: '00000000000743f190a18c5577a3c2d2a1f610ae9601ac046a38084ccb7cd721',
}
/** The two blocks whose coinbases those overwrote: their coins do not exist when the blocks are disconnected. */
const OVERWRITTEN: Readonly<Record<number, string>> = {
  91722: '00000000000271a2dc26e7667f8419f2e15416dc6955e5a6c6cdf3f2574dd08e',
  91812: '00000000000af0aed4792b1acee3d966af36cf5def14935db8de83d6f9306f2f',
}
/** First height at which a coinbase of before BIP 34 could be repeated because it happened to name that height. */
const BIP34_IMPLIES_BIP30_LIMIT = 1_983_702

const isBip30Repeat = (hash: Uint8Array, height: number): boolean =>
  REPEATS[height] !== undefined && REPEATS[height] === hashToDisplay(hash)

export const isBip30Overwritten = (hash: Uint8Array, height: number): boolean =>
  OVERWRITTEN[height] !== undefined && OVERWRITTEN[height] === hashToDisplay(hash)

/**
 * True if a block on top of `previous` must be held to BIP 30. On the known chain, BIP 34 made repeats impossible, which
 * saves looking every new output up.
 */
export function isBip30Enforced(hash: Uint8Array, previous: ChainHeader, parameters: NetworkParameters): boolean {
  const height = previous.height + 1
  if (height >= BIP34_IMPLIES_BIP30_LIMIT) return true
  if (isBip30Repeat(hash, height)) return false
  const { buriedHeights, bip34Hash } = parameters.consensus
  const bip34Block = previous.ancestor(buriedHeights.bip34)
  const onKnownChain =
    bip34Block !== undefined && bip34Hash !== undefined && hashToDisplay(bip34Block.hash) === hashToDisplay(bip34Hash)
  return !onKnownChain
}

/** Every outpoint that the block creates. */
export function createdOutpoints(block: Block): OutPoint[] {
  return block.transactions.flatMap(outPointsOf)
}

/** BIP 30: no transaction overwrites an unspent output of an earlier one. Violation `bad-txns-BIP30`. */
export function checkDuplicateCoinbase(block: Block, coins: CoinsView): Result<undefined, BlockViolation> {
  return createdOutpoints(block).some((outpoint) => coins.get(outpoint) !== undefined)
    ? invalidBlock('consensus', 'bad-txns-BIP30', 'tried to overwrite transaction')
    : ok(undefined)
}
