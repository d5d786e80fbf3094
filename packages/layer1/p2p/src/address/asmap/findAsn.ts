import { assert } from '@ply/bytes'
import { BitReader } from './bitReader.ts'
import { readInstruction } from './instruction.ts'

const bitOf = (address: Uint8Array, i: number): number => (address[i >> 3]! >> (7 - (i & 7))) & 1

function bitsOf(address: Uint8Array, start: number, length: number): number {
  let value = 0
  for (let i = start; i < start + length; i++) value = 2 * value + bitOf(address, i)
  return value
}

/**
 * The autonomous system that an address of 16 bytes belongs to; 0 for one that is not in the map. Of the map,
 * `checkAsmap` must have found nothing wrong.
 */
export function findAsn(map: Uint8Array, address: Uint8Array): number {
  const reader = new BitReader(map)
  let next = 0
  let otherwise = 0
  for (;;) {
    const instruction = readInstruction(reader)
    assert(instruction !== undefined, 'the map of autonomous systems was checked')
    switch (instruction.type) {
      case 'return':
        return instruction.asn
      case 'jump':
        if (bitOf(address, next++) === 1) reader.position += instruction.offset
        break
      case 'match':
        if (bitsOf(address, next, instruction.length) !== instruction.pattern) return otherwise
        next += instruction.length
        break
      case 'default':
        otherwise = instruction.asn
        break
    }
  }
}
