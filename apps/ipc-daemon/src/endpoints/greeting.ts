/** `/greetings/hello`: greets who asks. */
export function hello({ data }: { readonly data?: { readonly name?: unknown } }): { readonly hello: string } {
  const name = data?.name;
  return { hello: typeof name === 'string' && name !== '' ? name : 'world' };
}
