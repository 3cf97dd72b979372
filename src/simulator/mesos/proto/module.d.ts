/** A .proto file as protobufjs' JSON descriptor; proto-module.mjs makes it one when it is bundled or tested. */
declare module '*.proto' {
  import type { INamespace } from 'protobufjs';

  const descriptor: INamespace;
  export default descriptor;
}
