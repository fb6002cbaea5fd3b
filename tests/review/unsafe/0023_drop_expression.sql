-- finds: ban-drop-generated-expression
ALTER TABLE runs ALTER COLUMN seconds DROP EXPRESSION;
