// Brings the database of a release under test to the schema of that release, with the real migration runner.
const { migrate } = await import(process.env.STORE);

migrate({ file: process.env.DATABASE, migrationsDir: 'migrations' });
