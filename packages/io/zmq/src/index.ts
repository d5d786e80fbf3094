export { ZmqPublisher } from './zmqPublisher.ts'
export { ZmqSubscriber, type ZmqSubscriberHandlers } from './zmqSubscriber.ts'
