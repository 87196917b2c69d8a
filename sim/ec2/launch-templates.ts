import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';

export type LaunchTemplateVersion = {
  readonly sequence: number;
  readonly templateId: string;
  readonly templateName: string;
  /** from 1 */
  readonly version: number;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly data: RequestLaunchTemplateData;
};

export type LaunchTemplate = {
  readonly sequence: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Record<string, string>;
  /** version n at place n - 1 */
  readonly versions: LaunchTemplateVersion[];
  defaultVersion: number;
};

export type TemplateReference = { readonly id?: string | undefined; readonly name?: string | undefined };

type NewVersion = { readonly data: RequestLaunchTemplateData; readonly description?: string | undefined };

/** The launch templates of a region, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html */
export class LaunchTemplates {
  readonly byId = new Map<string, LaunchTemplate>();
  readonly #byName = new Map<string, LaunchTemplate>();
  readonly #world: World;
  readonly #listeners: ((template: LaunchTemplate) => void)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** @throws AwsError InvalidLaunchTemplateName.AlreadyExistsException */
  create(options: NewVersion & { readonly name: string; readonly tags?: Record<string, string> }): LaunchTemplate {
    const { name, tags = {} } = options;
    if (this.#byName.has(name)) {
      const text = 'Launch template name already in use.';
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', text);
    }
    const template: LaunchTemplate = {
      sequence: this.#world.ids.next('launch-template'),
      id: `lt-${this.#world.ids.hex('lt', 17)}`,
      name,
      createdAt: this.#world.now(),
      tags: { ...tags },
      versions: [],
      defaultVersion: 1,
    };
    this.byId.set(template.id, template);
    this.#byName.set(name, template);
    this.addVersion(template, options);
    return template;
  }

  addVersion(template: LaunchTemplate, { data, description }: NewVersion): LaunchTemplateVersion {
    const version = template.versions.length + 1;
    const added: LaunchTemplateVersion = {
      sequence: version,
      templateId: template.id,
      templateName: template.name,
      version,
      description,
      createdAt: this.#world.now(),
      data,
    };
    template.versions.push(added);
    this.#changed(template);
    return added;
  }

  /** Which version is meant when none is said. */
  setDefault(template: LaunchTemplate, version: number): void {
    template.defaultVersion = version;
    this.#changed(template);
  }

  /** Calls `listener` with a template that has a new version or another default. */
  onChange(listener: (template: LaunchTemplate) => void): void {
    this.#listeners.push(listener);
  }

  #changed(template: LaunchTemplate): void {
    for (const listener of this.#listeners) listener(template);
  }

  /** @throws AwsError as EC2 names an unknown or doubly named template */
  template({ id, name }: TemplateReference): LaunchTemplate {
    if ((id === undefined) === (name === undefined)) {
      const text = 'Either a launch template ID or a launch template name must be specified in the request.';
      throw new AwsError('MissingParameter', text);
    }
    const found = id === undefined ? this.#byName.get(name ?? '') : this.byId.get(id);
    if (found) return found;
    if (id === undefined) {
      const text = `The specified launch template, with template name ${name}, does not exist.`;
      throw new AwsError('InvalidLaunchTemplateName.NotFoundException', text);
    }
    const text = `The specified launch template, with template ID ${id}, does not exist.`;
    throw new AwsError('InvalidLaunchTemplateId.NotFound', text);
  }

  /**
   * One version of a template.
   * @param reference `version`: a number as text, `$Latest` or `$Default` (also when left out)
   * @throws AwsError for an unknown template or version
   */
  find(reference: TemplateReference & { readonly version?: string | undefined }): LaunchTemplateVersion {
    const template = this.template(reference);
    const { version = '$Default' } = reference;
    const number =
      version === '$Latest'
        ? template.versions.length
        : version === '$Default'
          ? template.defaultVersion
          : Number(version);
    const found = template.versions[number - 1];
    if (found) return found;
    const text = `Could not find the specified version ${version} for the launch template with ID ${template.id}.`;
    throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', text);
  }
}
