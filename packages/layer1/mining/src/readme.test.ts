import { expect, test } from 'vitest'
import { checkProofOfWork } from '@ply/consensus'
import { mineBlock, searchNonce } from '@ply/mining'
import { REGTEST } from '@ply/primitives'

const template = { ...REGTEST.genesis, header: { ...REGTEST.genesis.header, nonce: 1 } }

// At once, as on regtest:
const block = mineBlock(template)

// Or piece by piece, so that something else can happen in between:
let search = searchNonce(template.header, 1)
while (!search.found && search.nextNonce !== undefined) {
  search = searchNonce({ ...template.header, nonce: search.nextNonce }, 1)
}

test('the example of the README', () => {
  expect(block && checkProofOfWork(block.header, REGTEST).ok).toBe(true)
  expect(search.found && search.header).toEqual(block?.header)
})
