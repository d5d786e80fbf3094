import { type DescribedMethod, schema } from '@ply/rpc'
import type { ZmqNotification } from '../notify/zmqNotifier.ts'

const { integer, list, record, text } = schema

export function zmqMethods(notifications: () => readonly ZmqNotification[]): DescribedMethod[] {
  return [
    {
      name: 'getzmqnotifications',
      group: 'Zmq',
      help: 'What is published over ZeroMQ, and where.',
      params: [],
      result: list(record({ type: text(), address: text(), hwm: integer('Messages that may wait.') })),
      errors: [],
      handler: () =>
        notifications().map(({ topic, address, highWaterMark }) => ({
          type: `pub${topic}`,
          address,
          hwm: highWaterMark,
        })),
    },
  ]
}
