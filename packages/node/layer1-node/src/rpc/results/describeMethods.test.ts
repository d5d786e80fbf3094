import { afterAll, beforeAll, expect, test } from 'vitest'
import { LAYER1_ERRORS } from './errors.ts'
import { TestNode } from '../../test/testNode.ts'

let own: TestNode
beforeAll(async () => {
  own = await TestNode.start()
})
afterAll(() => own.remove())

test('of every method it is described what it answers', () => {
  const missing = [...own.methods.values()]
    .filter(({ result, retired }) => result === undefined && !retired)
    .map(({ name }) => name)
  // Its shape goes into the file of its family in this folder.
  expect(missing).toEqual([])
})

test('errors are described of methods that there are', () => {
  expect(Object.keys(LAYER1_ERRORS).filter((name) => !own.methods.has(name))).toEqual([])
})
