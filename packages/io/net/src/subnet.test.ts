import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { parseSubnet } from './subnet.ts'

test.each([
  ['127.0.0.1', ['127.0.0.1', '::ffff:127.0.0.1'], ['127.0.0.2', '::1']],
  ['10.0.0.0/8', ['10.1.2.3'], ['11.0.0.1']],
  ['10.0.0.0/255.255.0.0', ['10.0.9.9'], ['10.1.0.0']],
  ['0.0.0.0/0', ['1.2.3.4'], ['::1']],
  ['fe80::/10', ['fe80::1'], ['::1', '127.0.0.1']],
])('%s', (text, inside, outside) => {
  const contains = unwrap(parseSubnet(text))
  expect(inside.map(contains)).toEqual(inside.map(() => true))
  expect(outside.map(contains)).toEqual(outside.map(() => false))
})

test.each(['', 'localhost', '1.2.3', '1.2.3.4/33', '1.2.3.4/255.0.255.0', '::/129', '1.2.3.4/8/8', '1.2.3.4/-1'])(
  '%j is refused',
  (text) => {
    expect(parseSubnet(text).ok).toBe(false)
  },
)
