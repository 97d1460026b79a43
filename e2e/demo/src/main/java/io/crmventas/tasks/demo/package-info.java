/** The demo CRM, for tests and the demo only: the CRM's tables, realistic data, and a PostgreSQL and a Redis with them. */
package io.crmventas.tasks.demo;
