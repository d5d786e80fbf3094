export { ZmqPublisher } from './zmqPublisher.ts'
