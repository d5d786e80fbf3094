import { expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { hashToDisplay } from '../hash.ts'
import { blockMerkleRoot } from '../merkle.ts'
import { MAIN, NETWORKS, SIGNET } from './networks.ts'

test.each([
  ['main', '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f'],
  ['testnet4', '00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043'],
  ['signet', '00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6'],
  ['regtest', '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'],
] as const)('genesis of %s', (name, hash) => {
  expect(hashToDisplay(NETWORKS[name].genesisHash)).toBe(hash)
})

test('the genesis merkle root is the known one', () => {
  expect(hashToDisplay(blockMerkleRoot(MAIN.genesis).root)).toBe(
    '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b',
  )
})

test('the magic of the default signet follows from its challenge', () => {
  expect(bytesToHex(SIGNET.magic)).toBe('0a03cf40')
})
