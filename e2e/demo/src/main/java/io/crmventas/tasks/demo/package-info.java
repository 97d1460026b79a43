/** A stand-in for the CRM: its tables, lively data, and a PostgreSQL and a Redis to hold them. For tests and the demo only. */
package io.crmventas.tasks.demo;
