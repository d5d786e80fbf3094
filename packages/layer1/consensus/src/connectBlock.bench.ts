import { concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, hash160, publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import { COIN, computeTxid, type OutPoint, REGTEST, type Transaction, type TxOutput } from '@ply/primitives'
import {
  computeSegwitV0Sighash,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createP2pkh,
  createP2wpkh,
  createTaprootOutput,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  SighashCache,
} from '@ply/script'
import { bench, describe } from 'vitest'
import { checkBlock, checkContextualBlock, connectBlock, verifyCollectedChecks } from './index.ts'
import { input, output, TestChain, transaction } from './test/fixture.ts'

const INPUTS = 50
const SECRET = new Uint8Array(32).fill(5)
const PUBLIC = publicKeyFromSecret(SECRET)!
const KEY_SCRIPT = createP2wpkh(hash160(PUBLIC))
const TAPROOT_SCRIPT = createTaprootOutput(PUBLIC.slice(1))!.scriptPubKey

type Witness = (cache: SighashCache, inputIndex: number) => Uint8Array[]

const keyWitness: Witness = (cache, inputIndex) => {
  const request = { inputIndex, scriptCode: createP2pkh(hash160(PUBLIC)), hashType: SIGHASH_ALL }
  const hash = computeSegwitV0Sighash(cache, request)
  return [concatBytes(encodeDer(ecdsaSign(hash, SECRET)!), Uint8Array.of(SIGHASH_ALL)), PUBLIC]
}
const taprootWitness: Witness = (cache, inputIndex) => {
  const hash = computeTaprootSighash(cache, { inputIndex, hashType: SIGHASH_DEFAULT })!
  return [schnorrSign(hash, computeTaprootSecretKey(SECRET)!, new Uint8Array(32))!]
}

/** A block with transactions of two inputs each, on a chain that has their coins. */
function prepare(scriptPubKey: Uint8Array, witness: Witness) {
  const chain = new TestChain()
  const first = chain.mine()
  chain.mine(99)
  const coins: TxOutput[] = Array.from({ length: INPUTS }, () => output(COIN / 10n, scriptPubKey))
  const fan = transaction([input({ txid: computeTxid(first), index: 0 })], coins)
  chain.connect(chain.block([fan]))
  const spends: Transaction[] = []
  for (let i = 0; i < INPUTS; i += 2) {
    const prevouts: OutPoint[] = [i, i + 1].map((index) => ({ txid: computeTxid(fan), index }))
    const unsigned = transaction(
      prevouts.map((prevout) => input(prevout)),
      [output(COIN / 10n, scriptPubKey)],
    )
    const cache = new SighashCache(unsigned, coins.slice(i, i + 2))
    spends.push({ ...unsigned, inputs: unsigned.inputs.map((each, j) => ({ ...each, witness: witness(cache, j) })) })
  }
  return { chain, block: chain.block(spends) }
}

describe(`a block of ${INPUTS} inputs (inputs per second: hz × ${INPUTS})`, () => {
  const cases = [
    ['P2WPKH', prepare(KEY_SCRIPT, keyWitness)],
    ['P2TR', prepare(TAPROOT_SCRIPT, taprootWitness)],
  ] as const
  for (const [name, { chain, block }] of cases) {
    const context = { parameters: REGTEST, previous: chain.tip }
    bench(`${name}: all rules and signatures`, () => {
      checkBlock(block, REGTEST)
      checkContextualBlock(block, chain.tip, REGTEST)
      const connection = connectBlock(block, chain, context)
      if (!connection.ok || !verifyCollectedChecks(connection.value.scripts).ok) throw new Error('the block is valid')
    })
    bench(`${name}: all but the curve`, () => {
      checkBlock(block, REGTEST)
      checkContextualBlock(block, chain.tip, REGTEST)
      const connection = connectBlock(block, chain, context)
      if (!connection.ok || !verifyCollectedChecks(connection.value.scripts, () => true).ok) throw new Error('valid')
    })
  }
})
