import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root, text } from './composeFile.ts';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

interface IssueForm {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: { readonly label: string };
  }[];
}

describe('the workflow on GitHub', () => {
  const workflow = parse(text('.github/workflows/ci.yml')) as Workflow;

  it('runs what everybody can run at home, and may only read', () => {
    expect(workflow.jobs.test!.steps.map(({ run }) => run)).toContain('.ci/run');
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });
});

describe('issue forms', () => {
  const folder = '.github/ISSUE_TEMPLATE';
  const forms = readdirSync(join(root, folder)).filter(name => name !== 'config.yml');

  it.each(forms)('%s asks for something, each question once', name => {
    const form = parse(text(`${folder}/${name}`)) as IssueForm;
    expect([form.name, form.description].every(words => words.length > 10)).toBe(true);
    const ids = form.body.map(({ id }) => id);
    expect(new Set(ids).size).toBe(form.body.length);
    for (const { type, attributes } of form.body) {
      expect(['input', 'textarea']).toContain(type);
      expect(attributes.label).not.toBe('');
    }
  });
});

describe('the dev container', () => {
  it('installs what the tests need beside Node', () => {
    const { postCreateCommand } = JSON.parse(text('.devcontainer/devcontainer.json')) as {
      postCreateCommand: string;
    };
    const needed = /missing\+=\(([^)]*)\)/g;
    const packages = [...text('.ci/run').matchAll(needed)].flatMap(([, names = '']) => names.split(' '));
    expect(packages).toContain('chromium');
    expect(packages.filter(name => !postCreateCommand.includes(name))).toEqual([]);
  });
});
