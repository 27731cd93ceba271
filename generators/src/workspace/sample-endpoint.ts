import type { ClientModel, EndpointModel, ObjectModel, PropertyModel, TypeModel } from '../model/client-model';
import { namespacesOf } from '../model/namespaces';
import { plainOf } from '../targets/php/json-kind';

/**
 * An endpoint to show somebody: the first whose values can be made up.
 *
 * @returns undefined where no endpoint of the daemon is simple enough: then a person writes the first call
 */
export function sampleEndpoint(model: ClientModel): EndpointModel | undefined {
  return namespacesOf(model.root)
    .flatMap(({ endpoints }) => endpoints)
    .find(({ stream, request, response }) => !stream && isSimple(request) && isSimple(response));
}

/** What has to be given to make an object: what may be left out is, and constants are there. */
export function givenProperties({ properties }: ObjectModel): PropertyModel[] {
  return properties.filter(({ required, type }) => required && plainOf(type).kind !== 'literal');
}

function isSimple(type: TypeModel): boolean {
  return plainOf(type).kind === 'object' && hasSample(type, []);
}

function hasSample(type: TypeModel, within: readonly TypeModel[]): boolean {
  const plain = plainOf(type);
  if (plain.kind === 'string') return plain.format === undefined;
  if (plain.kind === 'object') {
    const outer = [...within, plain];
    return (
      type.kind === 'reference' &&
      !within.includes(plain) &&
      givenProperties(plain).every((property) => hasSample(property.type, outer))
    );
  }
  return ['boolean', 'integer', 'number', 'list', 'map', 'null', 'nullable'].includes(plain.kind);
}
