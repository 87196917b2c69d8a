/** Does somebody else look after this cluster: AWS Batch, or an owner who opted out? */
export const isHandsOff = ({ name, tags }: { name: string; tags: Readonly<Record<string, string>> }): boolean =>
  /^AWSBatch-|_Batch_/.test(name) || tags['spotkeeper:manage'] === 'false';
